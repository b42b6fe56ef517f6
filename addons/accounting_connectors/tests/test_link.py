from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from ..exceptions import Ambiguous, Unavailable
from ..providers.base import RemoteCustomer
from .common import ConnectorCommon
from .paper import Paper


@tagged("post_install", "-at_install")
class TestLink(ConnectorCommon, TransactionCase):
    def setUp(self):
        super().setUp()
        self.partner.write({"company_registry": "556677-8899", "city": "Lund"})
        Paper.customers.update(
            {
                "7": RemoteCustomer("7", "Bean Ltd", "5566778899", city="LUND"),
                "8": RemoteCustomer("8", "Bean & Co", "556000-0000", city="Malmö"),
                "90": RemoteCustomer("90", "Crates Ltd", kind="supplier"),
                "91": RemoteCustomer("91", "Both Ltd", kind="both"),
                "99": RemoteCustomer("99", "Gone Ltd", active=False),
            }
        )
        self.link.unlink()
        self.wizard = self.env["accounting.link"].create({"partner_id": self.partner.id})

    def _fetch(self, typed):
        self.wizard.typed = typed
        self.wizard.action_fetch()

    def test_both_sides_are_shown_before_they_are_linked_and_differences_are_marked(self):
        self._fetch(" 8 ")
        differing = self.wizard.line_ids.filtered("differs").mapped("label")
        self.assertEqual(differing, ["Name", "Organisation number", "City"])
        self._fetch("7")
        self.assertFalse(
            self.wizard.line_ids.filtered("differs"), "written differently is the same"
        )
        self.assertFalse(self.partner.accounting_link_ids)
        self.wizard.action_link()
        link = self.partner.accounting_link_ids
        self.assertEqual((link.external_id, link.external_name), ("7", "Bean Ltd"))

    def test_what_cannot_be_invoiced_is_refused_in_words(self):
        for typed, words in (
            ("90", "supplier there"),
            ("99", "closed there"),
            ("12", "no customer “12”"),
            ("", "paste the address"),
            ("https://x.example/7", "neither"),
        ):
            with self.subTest(typed), self.assertRaisesRegex(UserError, words):
                self._fetch(typed)
        self._fetch("91")
        self.assertEqual(self.wizard.external_id, "91")

    def test_a_search_shows_the_same_number_first_though_the_provider_finds_too_much(self):
        self.wizard.action_search()
        found = self.wizard.candidate_ids
        self.assertEqual((found[0].external_id, found[0].is_same), ("7", True))
        self.assertFalse(any(found[1:].mapped("is_same")))
        found[0].action_choose()
        self.assertEqual(self.wizard.external_id, "7")

    def test_several_partners_may_share_one_customer_and_that_is_told(self):
        other = self.env["res.partner"].create({"name": "Bean North", "is_company": True})
        self.env["accounting.partner.link"].create(
            {"backend_id": self.backend.id, "partner_id": other.id, "external_id": "7"}
        )
        self._fetch("7")
        self.assertEqual(self.wizard.shared_with, "Bean North")
        self.wizard.action_link()
        self.assertEqual(len(self.backend.link_ids), 2)

    def test_another_link_takes_the_place_of_the_first_and_goes_away_when_asked(self):
        for typed in ("7", "8"):
            self._fetch(typed)
            self.wizard.action_link()
        self.assertEqual(self.partner.accounting_link_ids.external_id, "8")
        self.wizard.invalidate_recordset()
        self.wizard.action_unlink()
        self.assertFalse(self.partner.accounting_link_ids)

    def test_a_customer_is_created_there_only_where_the_backend_lets_us(self):
        with self.assertRaisesRegex(UserError, "does not let Odoo"):
            self.wizard.action_create()
        self.backend.pushes_customers = True
        self.wizard.action_create()
        link = self.partner.accounting_link_ids
        self.assertEqual(Paper.customers[link.external_id].name, "Bean Ltd")

    def test_a_linked_customer_is_updated_there(self):
        self.backend.pushes_customers = True
        self._fetch("8")
        self.wizard.action_link()
        self.wizard.action_create()
        self.assertEqual(Paper.customers["8"].name, "Bean Ltd")
        self.assertEqual(self.partner.accounting_link_ids.external_id, "8")
        self.assertEqual(self.partner.accounting_link_ids.external_name, "Bean Ltd")

    def test_a_lost_answer_is_told_and_nothing_is_linked(self):
        self.backend.pushes_customers = True
        for error, words in ((Ambiguous("Broke."), "search before"), (Unavailable("Off."), "Off.")):

            def fail(provider, values, external_id="", error=error):
                raise error

            self.patch(Paper, "push_customer", fail)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.wizard.action_create()
        self.assertFalse(self.partner.accounting_link_ids)

    def test_what_was_found_at_one_backend_is_not_linked_with_another(self):
        other = self._create_backend(name="Other")
        self.wizard.action_search()
        self._fetch("7")
        self.wizard.backend_id = other
        self.assertFalse(self.wizard.candidate_ids)
        with self.assertRaisesRegex(UserError, "Look at the customer"):
            self.wizard.action_link()

    def test_a_link_opens_the_dialogue_of_its_own_backend(self):
        other = self._create_backend(name="Other", sequence=1)
        link = self.env["accounting.partner.link"].create(
            {"backend_id": self.backend.id, "partner_id": self.partner.id, "external_id": "7"}
        )
        link.external_name = "Bean"
        action = link.action_open()
        dialogue = self.env["accounting.link"].browse(action["res_id"])
        self.assertEqual((dialogue.backend_id, dialogue.link_id), (self.backend, link))
        self.assertNotEqual(dialogue.backend_id, other)
        self.assertEqual(link.display_name, "7 Bean")

    def test_whether_anything_differs_is_told(self):
        self._fetch("7")
        self.assertFalse(self.wizard.has_differences)
        self._fetch("8")
        self.assertTrue(self.wizard.has_differences)

    def test_a_contact_is_linked_by_its_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.partner.id})
        action = contact.action_accounting_link()
        wizard = self.env["accounting.link"].browse(action["res_id"])
        self.assertEqual((wizard.partner_id, wizard.backend_id), (self.partner, self.backend))

    def test_all_are_linked_whose_number_exactly_one_there_has(self):
        partners = self.env["res.partner"]
        twin = partners.create({"name": "Twin", "vat": "SE559999000101", "is_company": True})
        several = partners.create({"name": "Several", "company_registry": "556000-0000"})
        partners.create({"name": "None", "company_registry": "556111-1111"})
        contact = partners.create({"name": "Ann", "parent_id": self.partner.id})
        Paper.customers["10"] = RemoteCustomer("10", "Twin", "559999-0001", shown_id="T1")
        Paper.customers["11"] = RemoteCustomer("11", "Several again", "5560000000")
        Paper.customers["12"] = RemoteCustomer("12", "Gone twin", "559999-0001", active=False)
        with self.assertQueryCount(30):
            self.assertEqual(self.backend._link_all(), 2)
        links = self.backend.link_ids
        self.assertEqual(
            {(link.partner_id, link.external_id) for link in links},
            {(self.partner, "7"), (twin, "10")},
        )
        self.assertFalse((several + contact).accounting_link_ids)
        self.env.cr.execute("DROP TABLE accounting_found")
        self.assertEqual(self.backend._link_all(), 0, "what is linked stays as it is")

    def test_what_was_looked_at_is_not_linked_at_another_backend(self):
        self._fetch("8")
        self.wizard.backend_id = self._create_backend(name="Other")
        with self.assertRaisesRegex(UserError, "Look at the customer"):
            self.wizard.action_link()

    def test_a_customer_of_another_company_is_not_linked(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["res.partner"].create({"name": "Theirs", "company_id": other.id})
        with self.assertRaises(UserError):
            self.backend.link_ids.create(
                {"backend_id": self.backend.id, "partner_id": theirs.id, "external_id": "7"}
            )

    def test_linking_all_is_one_job_that_managers_start(self):
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.backend.with_user(clerk).action_link_all()
        with trap_jobs() as trap:
            self.backend.action_link_all()
            trap.assert_jobs_count(1, only=self.backend._link_all)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_who_invoices_links_customers(self):
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        self.assertTrue(self.partner.with_user(clerk).action_accounting_link())
        other = new_test_user(self.env, "other", "base.group_user,base.group_partner_manager")
        with self.assertRaises(AccessError):
            self.partner.with_user(other).action_accounting_link()
