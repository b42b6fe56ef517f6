from unittest.mock import patch

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.b2b_portal.tests.common import B2bCase
from odoo.addons.mail.tests.common import MockEmail

FORM = {
    "company": "Bistro Newcomer",
    "registry": "HR 12345",
    "vat": "BE0477472701",
    "name": "Nora Newcomer",
    "email": "Nora@newcomer.example.com",
    "phone": "+32 2 555 12 34",
    "street": "Main street 1",
    "zip": "1000",
    "city": "Brussels",
    "lang": "en_US",
}


@tagged("post_install", "-at_install")
class TestRegistration(MockEmail, B2bCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.website = self.env["website"].search([("company_id", "=", self.company.id)], limit=1)
        self.company.write({"b2b_registration": True, "b2b_registration_auto": False})
        self.company.b2b_manager_id = self.env.ref("base.user_admin")
        self.form = {**FORM, "country": str(self.env.ref("base.be").id)}
        self.authenticate(None, None)

    def _send(self, **changes):
        form = {**self.form, **changes, "csrf_token": http.Request.csrf_token(self)}
        return self.url_open("/b2b/register", data=form)

    def _find(self):
        return self.env["res.partner"].search([("name", "=", "Bistro Newcomer")])

    def _run_job(self):
        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)
        with progress, self.mock_mail_gateway():
            self.env["res.partner"]._cron_activate_b2b_applications()

    def _read(self, response):
        """Return what a page says, without what changes with every request."""
        return response.status_code, response.text.split('id="wrap"')[1].split("</main>")[0]

    def test_an_application_waits_with_a_task_for_the_account_manager(self):
        self.assertIn("Thank you", self._send().text)
        customer = self._find()
        self.assertEqual((customer.b2b_state, customer.vat), ("pending", "BE0477472701"))
        self.assertEqual(customer.company_registry, "HR 12345")
        self.assertEqual(customer.child_ids.email, "nora@newcomer.example.com")
        self.assertEqual(customer.activity_ids.user_id, self.company.b2b_manager_id)
        self.assertFalse(customer.b2b_member_ids)

    def test_staff_activate_an_application_by_inviting_its_contact(self):
        self._send()
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        action = self._find().with_user(seller).action_b2b_activate()
        wizard = self.env[action["res_model"]].with_user(seller).browse(action["res_id"])
        self.assertEqual((wizard.contact_ids.name, wizard.role), ("Nora Newcomer", "administrator"))
        with self.mock_mail_gateway():
            wizard.action_send()
        self.assertEqual(self._find().b2b_state, "active")

    def test_the_page_is_closed_while_registration_or_the_portal_is_off(self):
        self.assertEqual(self.url_open("/b2b/register").status_code, 200)
        self.company.b2b_registration = False
        self.assertEqual(self.url_open("/b2b/register").status_code, 404)
        self.assertEqual(self._send().status_code, 404)
        self.company.write({"b2b_registration": True, "b2b_enabled": False})
        self.assertEqual(self.url_open("/b2b/register").status_code, 404)
        self.assertFalse(self._find())

    def test_the_answer_is_the_same_for_known_companies_and_addresses(self):
        unknown = self._read(self._send())
        self.env["res.partner"].create({"name": "Old", "vat": "BE0477472701"})
        known = self._read(self._send(email="buyer@customer.example.com"))
        self.assertEqual(unknown, known)
        note = self._find().sorted("id")[-1].activity_ids.note
        self.assertIn("Old", str(note))

    def test_a_vat_number_that_is_none_is_refused_and_nothing_typed_is_lost(self):
        page = self._send(vat="BE0477472702").text
        self.assertIn("is no VAT number of Belgium", page)
        self.assertIn('value="Bistro Newcomer"', page)
        self.assertFalse(self._find())

    def test_what_is_needed_and_missing_is_said(self):
        for name in ("company", "name", "email", "street", "zip", "city", "country"):
            with self.subTest(name):
                self.assertIn("alert-danger", self._send(**{name: " "}).text)
        self.assertIn("alert-danger", self._send(email="a@x.example.com, b@x.example.com").text)
        self.assertIn("alert-danger", self._send(company="x" * 121).text)
        for country in ("9" * 30, "-1", "NL"):
            self.assertIn("alert-danger", self._send(country=country).text)
        self.assertFalse(self._find())

    def test_robots_get_the_same_answer_and_leave_nothing(self):
        human = self._read(self._send(company="Human", email="human@x.example.com"))
        self.assertEqual(self._read(self._send(subject="Buy now")), human)
        self.assertFalse(self._find())

    def test_too_many_applications_get_the_same_answer_and_leave_nothing(self):
        answers = {self._read(self._send()) for _time in range(4)}
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self._find()), 2)

    def test_signs_the_database_cannot_keep_are_left_out(self):
        self._send(company="New\0 Ltd", vat="\0", email="nul@x.example.com")
        self.assertTrue(self.env["res.partner"].search([("name", "=", "New Ltd")]))

    def test_html_stays_text(self):
        page = self._send(company="<b>Bistro</b>", vat="wrong").text
        self.assertIn("&lt;b&gt;Bistro", page)
        self.assertNotIn("<b>Bistro", page)

    def test_where_it_is_switched_on_an_application_activates_itself(self):
        self.company.b2b_registration_auto = True
        self._send()
        self._run_job()
        customer = self._find()
        self.assertEqual(
            (customer.b2b_state, customer.b2b_member_ids.role), ("active", "administrator")
        )
        self.assertEqual(self._mails[-1]["email_to"], ["nora@newcomer.example.com"])

    def test_what_is_required_is_asked_of_the_company_that_was_applied_to(self):
        self.company.b2b_registration_auto = True
        self._send()
        customer, asked = self._find(), []
        customer.b2b_applied_company_id = self.env["res.company"].create({"name": "Applied to"})
        with patch.object(
            type(customer), "_check_b2b_activation", lambda one: asked.append(one.env.company)
        ):
            self._run_job()
        self.assertEqual(asked, [customer.b2b_applied_company_id])

    def test_a_double_is_left_to_staff(self):
        self.company.b2b_registration_auto = True
        self.env["res.partner"].create({"name": "Old", "company_registry": "HR 12345"})
        self._send()
        self._run_job()
        customer = self._find()
        self.assertEqual((customer.b2b_state, customer.b2b_member_ids.ids), ("pending", []))
        self.assertIn("Old", str(customer.activity_ids.note))

    def test_what_lacks_something_another_module_requires_is_left_to_staff(self):
        self.company.b2b_registration_auto = True
        self._send()
        refusal = UserError("external number missing")
        with patch.object(
            type(self.env["res.partner"]), "_check_b2b_activation", side_effect=refusal
        ):
            self._run_job()
        customer = self._find()
        self.assertEqual(customer.b2b_state, "pending")
        self.assertIn("external number missing", str(customer.activity_ids.note))
        self.assertFalse(customer.b2b_activates_itself)
