from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.mail.tests.common import MockEmail

from ..const import INVITE_COLLEAGUE
from ..exceptions import B2bError, NotAvailable
from .common import B2bCase, B2bCommon

FORM = {
    "name": "Nina New",
    "email": "nina@customer.example.com",
    "role": "buyer",
    "sees": "own",
    "limit": "500",
}


@tagged("post_install", "-at_install")
class TestTeam(MockEmail, B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_member(cls.customer, "boss", "administrator")
        cls.other = cls._create_customer("Other")
        cls.stranger = cls._create_member(cls.other, "stranger", "administrator")

    def _me(self, member):
        """Return a member as its own requests have it."""
        return member.with_user(member.user_id).sudo()

    def _invite(self, **form):
        with self.mock_mail_gateway():
            return self._me(self.boss)._invite_colleague({**FORM, **form})

    def test_an_administrator_invites_a_colleague_with_role_and_limit(self):
        colleague = self._invite()
        self.assertEqual(colleague.customer_id, self.customer)
        self.assertEqual(
            (colleague.state, colleague.role, colleague.sees), ("invited", "buyer", "own")
        )
        self.assertEqual((colleague.is_limited, colleague.spending_limit), (True, 500))
        self.assertEqual(self._mails[-1]["email_to"], ["nina@customer.example.com"])
        self.assertIn("/b2b/invitation/", self._mails[-1]["body"])

    def test_a_contact_the_company_has_already_is_used_again(self):
        contact = self.env["res.partner"].create(
            {"name": "Nina", "email": "Nina@customer.example.com", "parent_id": self.customer.id}
        )
        self.assertEqual(self._invite().partner_id, contact)

    def test_a_contact_of_another_company_with_the_same_address_is_left_alone(self):
        contact = self.env["res.partner"].create(
            {"name": "Nina", "email": "nina@customer.example.com", "parent_id": self.other.id}
        )
        self.assertNotEqual(self._invite().partner_id, contact)
        self.assertEqual(contact.parent_id, self.other)

    def test_others_than_administrators_change_nothing(self):
        for role in ("approver", "buyer", "viewer"):
            self.buyer.role = role
            me = self._me(self.buyer)
            for attempt in (
                lambda me=me: me._invite_colleague(FORM),
                lambda me=me: me._change_colleague(self.boss.id, FORM),
                lambda me=me: me._revoke_colleague(self.boss.id),
                lambda me=me: me._invite_colleague_again(self.boss.id),
            ):
                with self.subTest(role), self.assertRaises(B2bError):
                    attempt()
        self.assertEqual(self.boss.state, "active")

    def test_another_companys_people_are_as_unknown_as_nobody(self):
        sentences = set()
        for colleague_id in (self.stranger.id, 2**31 - 1):
            for attempt in ("_revoke_colleague", "_invite_colleague_again"):
                with self.assertRaises(NotAvailable) as caught:
                    getattr(self._me(self.boss), attempt)(colleague_id)
                sentences.add(str(caught.exception))
            with self.assertRaises(NotAvailable):
                self._me(self.boss)._change_colleague(colleague_id, FORM)
        self.assertEqual(len(sentences), 1)
        self.assertEqual(self.stranger.state, "active")

    def test_nobody_changes_their_own_rights(self):
        for attempt in ("_revoke_colleague", "_change_colleague"):
            arguments = (FORM,) if attempt == "_change_colleague" else ()
            with self.subTest(attempt), self.assertRaises(B2bError):
                getattr(self._me(self.boss), attempt)(self.boss.id, *arguments)
        self.assertEqual(self.boss.role, "administrator")

    def test_the_last_administrator_stays(self):
        second = self._create_member(self.customer, "second", "administrator")
        self._me(self.boss)._revoke_colleague(second.id)
        self.assertEqual(second.state, "revoked")
        with self.assertRaises(B2bError):
            # The one just revoked has a page open still.
            self._me(second)._revoke_colleague(self.boss.id)
        self.assertEqual(self.boss.state, "active")

    def test_revoking_a_colleague_ends_the_login(self):
        self._me(self.boss)._revoke_colleague(self.buyer.id)
        self.assertFalse(self.buyer.user_id.active)
        self.assertFalse(self.buyer.user_id._get_b2b_member())

    def test_rights_are_changed_as_the_form_says_and_values_it_does_not_offer_refused(self):
        me = self._me(self.boss)
        me._change_colleague(self.buyer.id, {**FORM, "role": "approver", "limit": ""})
        self.assertEqual((self.buyer.role, self.buyer.is_limited), ("approver", False))
        for wrong in ({"role": "owner"}, {"sees": "all"}, {"limit": "-1"}, {"limit": "much"}):
            with self.subTest(wrong), self.assertRaises(B2bError):
                me._change_colleague(self.buyer.id, {**FORM, **wrong})
        self.assertEqual(self.buyer.role, "approver")

    def test_an_invitation_needs_one_name_and_one_address(self):
        for wrong in ({"name": " "}, {"email": "a@x.example.com, b@x.example.com"}, {"email": ""}):
            with self.subTest(wrong), self.assertRaises(B2bError):
                self._invite(**wrong)

    def test_that_an_address_is_somebody_elses_login_is_told_to_staff_only(self):
        new_test_user(self.env, login=FORM["email"], groups="base.group_portal")
        self.company.b2b_manager_id = self.env.ref("base.user_admin")
        colleague = self._invite()
        self.assertEqual(colleague.state, "invited")
        self.assertNotIn([FORM["email"]], [mail["email_to"] for mail in self._mails])
        activity = self.customer.activity_ids
        self.assertEqual(activity.user_id, self.env.ref("base.user_admin"))
        self.assertIn("login", str(activity.note))

    def test_of_two_invitations_the_rights_of_the_last_hold(self):
        colleague = self._invite(role="administrator")
        self.assertEqual(self._invite(role="viewer"), colleague)
        self.assertEqual(colleague.role, "viewer")

    def test_inviting_again_ends_the_earlier_link(self):
        colleague = self._invite()
        first = colleague.invitation_ids
        with self.mock_mail_gateway():
            self._me(self.boss)._invite_colleague_again(colleague.id)
        self.assertTrue(first.superseded_at)
        self.assertEqual(len(colleague.invitation_ids), 2)

    def test_invitations_by_customers_are_throttled(self):
        me = self._me(self.boss)
        throttle = self.env["portal.throttle"]
        while throttle._hit(INVITE_COLLEAGUE, self.customer.id):
            continue
        with self.assertRaisesRegex(B2bError, "hour"):
            me._invite_colleague(FORM)


@tagged("post_install", "-at_install")
class TestTeamPages(B2bCase, HttpCase):
    def _post(self, path, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form)

    def test_the_page_is_for_administrators(self):
        boss = self._create_member(self.customer, "boss", "administrator")
        self.authenticate("buyer", "buyer")
        for path in ("/b2b/team", f"/b2b/team/{boss.id}"):
            self.assertEqual(self.url_open(path).status_code, 404)
        self.url_open("/b2b/cart")
        self._post(f"/b2b/team/{boss.id}/revoke")
        self.assertIn("Only your company", self.url_open("/b2b/cart").text)
        self.authenticate("boss", "boss")
        self.assertIn("buyer@customer.example.com", self.url_open("/b2b/team").text)
        self.assertEqual(self.url_open(f"/b2b/team/{self.buyer.id}").status_code, 200)

    def test_what_was_typed_is_shown_again_when_something_is_wrong(self):
        self._create_member(self.customer, "boss", "administrator")
        self.authenticate("boss", "boss")
        page = self._post("/b2b/team/invite", **{**FORM, "limit": "much"})
        self.assertIn("Type the limit", page.text)
        self.assertIn("nina@customer.example.com", page.text)
        page = self._post("/b2b/team/invite", **FORM)
        self.assertIn("is on its way", page.text)

    def test_html_in_a_name_stays_text(self):
        self._create_member(self.customer, "boss", "administrator")
        self.authenticate("boss", "boss")
        page = self._post("/b2b/team/invite", **{**FORM, "name": "<b>Nina</b>"})
        self.assertIn("&lt;b&gt;Nina", page.text)
        self.assertNotIn("<b>Nina", page.text)
