from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.portal_guard.exceptions import LinkInvalid, WeakPassword
from odoo.addons.portal_guard.rules import links

from .common import B2bCommon

PASSWORD = "correct horse"


@tagged("post_install", "-at_install")
class TestAccess(MockEmail, B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ann", "email": "ann@customer.example.com", "parent_id": cls.customer.id}
        )
        cls.salesman = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.invitations = cls.env["b2b.invitation"]

    def _invite(self, contact=None):
        """Send an invitation as staff do; return (member, secret from the mail)."""
        contact = contact or self.contact
        action = contact.with_user(self.salesman).action_b2b_invite()
        wizard = self.env[action["res_model"]].with_user(self.salesman).browse(action["res_id"])
        wizard.contact_ids = contact
        with self.mock_mail_gateway(mail_unlink_sent=True):
            wizard.action_send()
        member = self.env["b2b.member"].search([("partner_id", "=", contact.id)])
        return member, self._read_secret(self._mails[-1]["body"])

    def _read_secret(self, body):
        return body.split("/b2b/invitation/")[1][:43]

    def _open(self, token, password=PASSWORD):
        """Do what the page's button does, without a session."""
        credential = self.invitations._redeem(token, password, password)
        user = self.env["res.users"].search([("login", "=", credential["login"])])
        self.invitations._use(token, user)
        return user

    def test_the_mail_holds_a_link_whose_secret_is_kept_nowhere(self):
        member, token = self._invite()
        self.assertTrue(links.is_token(token))
        self.assertIn(f'/b2b/invitation/{token}"', self._mails[-1]["body"])
        self.assertNotIn("&lt;p", self._mails[-1]["body"])
        self.assertEqual(member.invitation_ids.token_hash, links.digest(token))
        kept = self.env["mail.mail"].sudo().search([("body_html", "like", token)])
        kept += self.env["mail.mail"].sudo().search([("body", "like", token)])
        self.assertFalse(kept)
        self.assertFalse(self.env["mail.message"].search([("body", "like", token)]))

    def test_an_invitation_makes_a_login_and_an_active_employee(self):
        member, token = self._invite()
        self.assertFalse(member.user_id)
        user = self._open(token)
        self.assertEqual((member.state, member.user_id), ("active", user))
        self.assertEqual(user.login, "ann@customer.example.com")
        self.assertTrue(user._is_portal())
        self.assertEqual(user._get_b2b_member(), member)

    def test_a_customer_without_access_is_active_once_somebody_is_invited(self):
        newcomer = self._create_customer("New", b2b_state="none", email="new@new.example.com")
        self._invite(newcomer)
        self.assertEqual(newcomer.b2b_state, "active")

    def test_a_link_works_once(self):
        _member, token = self._invite()
        self._open(token)
        with self.assertRaises(LinkInvalid):
            self._open(token)

    def test_unknown_used_expired_superseded_and_revoked_links_say_the_same(self):
        used = self._invite()[1]
        self._open(used)
        superseded = self._invite()[1]
        expired = self._invite()[1]
        self.env["b2b.invitation"].search([], limit=1).expires_at = fields.Datetime.now()
        sentences = set()
        for token in (used, superseded, expired, links.new_token(), "short", ""):
            with self.assertRaises(LinkInvalid) as caught:
                self.invitations._redeem(token, "correct horse", "correct horse")
            sentences.add(str(caught.exception))
        revoked = self._invite()[1]
        self.customer.action_b2b_revoke()
        with self.assertRaises(LinkInvalid) as caught:
            self.invitations._redeem(revoked, "correct horse", "correct horse")
        self.assertEqual(sentences, {str(caught.exception)})

    def test_a_link_is_worthless_while_the_portal_is_off(self):
        _member, token = self._invite()
        self.company.b2b_enabled = False
        self.assertFalse(self.invitations._find(token))

    def test_an_invitation_holds_as_long_as_the_company_says(self):
        self.company.b2b_invitation_days = 3
        member, _token = self._invite()
        left = member.invitation_ids.expires_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 3 * 86400, delta=5)

    def test_inviting_again_after_a_revocation_revives_no_link(self):
        _member, first = self._invite()
        self.customer.action_b2b_revoke()
        _member, second = self._invite()
        self.assertFalse(self.invitations._find(first))
        self.assertTrue(self.invitations._find(second))

    def test_a_weak_or_mistyped_password_leaves_the_link_open(self):
        _member, token = self._invite()
        for password, repeated in (("", ""), ("short", "short"), ("long enough", "long enough.")):
            with self.subTest(password), self.assertRaises(WeakPassword):
                self.invitations._redeem(token, password, repeated)
        self.assertTrue(self.invitations._find(token))

    def test_the_servers_own_password_policy_is_kept(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", "12")
        _member, token = self._invite()
        with self.assertRaises(WeakPassword):
            self.invitations._redeem(token, "eleven char", "eleven char")
        self.assertTrue(self._open(token, "twelve chars"))

    def test_revoking_ends_login_password_keys_and_every_way_of_core_to_get_back(self):
        member, token = self._invite()
        user = self._open(token)
        hashed = self._read_password(user)
        self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "key", None)
        user.partner_id.signup_prepare("reset")
        signup = user.partner_id._generate_signup_token()
        self.customer.with_user(self.salesman).action_b2b_revoke()
        self.assertEqual((member.state, user.active), ("revoked", False))
        self.assertNotEqual(self._read_password(user), hashed)
        self.assertFalse(user.api_key_ids)
        self.assertFalse(user._get_b2b_member())
        with self.mock_mail_gateway():
            self.env["portal.reset.request"].create({"email": user.login})._answer()
        self.assertFalse(self._mails)
        self.assertFalse(self.env["res.partner"]._get_partner_from_token(signup))

    def _read_password(self, user):
        self.env.flush_all()
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        return self.env.cr.fetchone()[0]

    def test_a_signup_token_from_before_the_invitation_opens_no_portal_after_revoking(self):
        self.contact.signup_prepare()
        signup = self.contact._generate_signup_token()
        _member, token = self._invite()
        self._open(token)
        self.customer.action_b2b_revoke()
        users = self.env["res.users"].sudo()
        try:
            login, _password = users.signup(
                {"login": "other@x.example.com", "password": "correct horse"}, signup
            )
        except UserError:
            login = "nobody"
        self.assertFalse(users.search([("login", "=", login)])._get_b2b_member())

    def test_native_portal_access_given_after_revoking_is_no_access_to_this_portal(self):
        member, token = self._invite()
        user = self._open(token)
        member.action_revoke()
        user.active = True
        self.assertFalse(user._get_b2b_member())

    def test_sellers_change_rights_but_give_nobody_a_login(self):
        member = self.buyer.with_user(self.salesman)
        member.role = "viewer"
        self.assertEqual(self.buyer.role, "viewer")
        for values in ({"user_id": self.salesman.id}, {"company_id": 1}, {"state": "active"}):
            with self.subTest(values), self.assertRaises(AccessError):
                member.write(values)

    def test_revoking_a_customer_ends_the_links_to_its_documents(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        other = self.env["sale.order"].create({"partner_id": self._create_customer("Rival").id})
        links = order._portal_ensure_token(), other._portal_ensure_token()
        self.customer.action_b2b_revoke()
        self.assertFalse(order.access_token)
        self.assertEqual(other.access_token, links[1])
        self.assertNotEqual(order._portal_ensure_token(), links[0])

    def test_revoking_one_employee_leaves_the_others(self):
        member, token = self._invite()
        user = self._open(token)
        member.with_user(self.salesman).action_revoke()
        self.assertFalse(user._get_b2b_member())
        self.assertEqual(self.buyer.user_id._get_b2b_member(), self.buyer)

    def test_who_was_revoked_and_invited_again_gets_in_with_the_new_link_only(self):
        member, token = self._invite()
        user = self._open(token)
        session = user._compute_session_token("sid")
        member.action_revoke()
        _member, again = self._invite()
        self.assertEqual(self._open(again), user)
        self.assertTrue(user.active)
        self.assertNotEqual(user._compute_session_token("sid"), session)

    def test_a_contact_that_moves_to_another_company_loses_its_access(self):
        other = self._create_customer("Other")
        self.buyer.partner_id.parent_id = other
        self.assertEqual((self.buyer.state, self.buyer.customer_id), ("revoked", self.customer))
        self.assertFalse(self.buyer.user_id._get_b2b_member())
        self.assertFalse(self.buyer.user_id.active)

    def test_a_moved_contact_that_is_invited_again_belongs_to_the_new_company(self):
        other = self._create_customer("Other")
        self.buyer.partner_id.parent_id = other
        member, token = self._invite(self.buyer.partner_id)
        self._open(token)
        self.assertEqual((member, member.customer_id), (self.buyer, other))

    def test_an_address_that_is_somebody_elses_login_is_told_to_staff(self):
        new_test_user(self.env, login="ann@customer.example.com", groups="base.group_portal")
        with self.assertRaisesRegex(UserError, "login"):
            self._invite()

    def test_an_address_that_only_looks_like_a_login_is_invited(self):
        new_test_user(self.env, login="annXb@customer.example.com", groups="base.group_portal")
        self.contact.email = "ann_b@customer.example.com"
        self.assertEqual(self._invite()[0].state, "invited")

    def test_staff_need_the_rights_of_sales_to_invite_and_revoke(self):
        clerk = new_test_user(
            self.env, "clerk", groups="base.group_user,base.group_partner_manager"
        )
        for action in ("action_b2b_invite", "action_b2b_revoke", "action_b2b_decline"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.customer.with_user(clerk), action)()
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.customer.with_user(self.buyer.user_id), action)()

    def test_a_mail_without_its_link_is_not_sent(self):
        action = self.contact.action_b2b_invite()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.body = "<p>Welcome</p>"
        with self.assertRaisesRegex(UserError, "personal-link"):
            wizard.action_send()
        self.assertFalse(self.contact.b2b_own_member_ids)

    def test_the_wizard_invites_contacts_of_its_customer_only(self):
        action = self.contact.action_b2b_invite()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.contact_ids = self.env["res.partner"].create(
            {"name": "X", "email": "x@x.example.com"}
        )
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_a_user_of_the_shop_itself_is_not_invited(self):
        inside = new_test_user(self.env, "inside", groups="base.group_user")
        inside.partner_id.write({"parent_id": self.customer.id, "email": "in@side.example.com"})
        with self.assertRaisesRegex(UserError, "your own"):
            self._invite(inside.partner_id)

    def test_a_membership_takes_no_login_of_another_person(self):
        member, _token = self._invite()
        with self.assertRaises(ValidationError):
            member.user_id = self.buyer.user_id

    def test_activation_may_be_refused_by_another_module_on_every_way(self):
        newcomer = self._create_customer("New", b2b_state="pending", email="new@new.example.com")
        refusal = patch.object(
            type(newcomer), "_check_b2b_activation", side_effect=UserError("number missing")
        )
        with refusal, self.assertRaises(UserError):
            newcomer.action_b2b_activate()
        with refusal, self.assertRaises(UserError):
            self._invite(newcomer)
        with refusal, self.assertRaises(UserError):
            newcomer.b2b_state = "active"

    def test_a_declined_applicant_reads_why(self):
        newcomer = self._create_customer("New", b2b_state="pending", email="new@new.example.com")
        wizard = self.env["b2b.application.decline"].with_user(self.salesman)
        with self.mock_mail_gateway():
            wizard.create({"customer_id": newcomer.id, "reason": "Too far away"}).action_decline()
        self.assertEqual(newcomer.b2b_state, "declined")
        self.assertIn("Too far away", self._mails[-1]["body"])
        with self.assertRaises(UserError):
            wizard.create({"customer_id": newcomer.id, "reason": "Again"}).action_decline()

    def test_a_visit_is_written_once_an_hour(self):
        for minutes, hooks in ((0, 0), (59, 0), (61, 1)):
            self.env.cr.postcommit.clear()
            now = fields.Datetime.now()
            self.buyer.last_visit = fields.Datetime.subtract(now, minutes=minutes)
            self.buyer._note_visit()
            with self.subTest(minutes):
                self.assertEqual(len(self.env.cr.postcommit._funcs), hooks)
        self.env.cr.postcommit.clear()


@tagged("post_install", "-at_install")
class TestLoginLink(MockEmail, B2bCommon):
    def _ask(self, email, origin="192.0.2.1"):
        self.env["b2b.link.request"]._ask(email, origin)

    def _run(self):
        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)
        with progress, self.mock_mail_gateway():
            self.env["b2b.link.request"]._cron_answer()
        return [mail["email_to"] for mail in self._mails]

    def test_a_known_address_gets_a_link_that_holds_a_quarter_of_an_hour(self):
        self._ask(" Buyer@Customer.example.com")
        self.assertEqual(self._run(), [["buyer@customer.example.com"]])
        left = self.buyer.invitation_ids.expires_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 900, delta=5)

    def test_an_unknown_or_revoked_address_gets_nothing(self):
        self._ask("nobody@x.example.com")
        self.buyer._revoke()
        self._ask("buyer@customer.example.com", "192.0.2.2")
        self.assertEqual(self._run(), [])

    def test_a_link_goes_to_the_login_not_to_an_address_that_others_may_change(self):
        self.buyer.user_id.login = "buyer@customer.example.com"
        self.buyer.partner_id.email = "thief@customer.example.com"
        self._ask("thief@customer.example.com")
        self.assertEqual(self._run(), [])
        self._ask("buyer@customer.example.com")
        self.assertEqual(self._run(), [["buyer@customer.example.com"]])

    def test_asking_does_the_same_work_for_every_address(self):
        self._ask("warm@up.example.com", "192.0.2.3")
        counts = set()
        for email in ("buyer@customer.example.com", "nobody@x.example.com"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._ask(email)
            self.env.flush_all()
            counts.add(self.env.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1)

    def test_an_address_gets_at_most_three_links_in_a_quarter_of_an_hour(self):
        for number in range(5):
            self._ask("buyer@customer.example.com", f"192.0.2.{number}")
        self.assertEqual(self.env["b2b.link.request"].search_count([]), 3)

    def test_one_origin_cannot_ask_without_end(self):
        for number in range(25):
            self._ask(f"n{number}@x.example.com")
        self.assertEqual(self.env["b2b.link.request"].search_count([]), 20)

    def test_a_fresh_link_ends_the_earlier_one_and_leaves_the_password(self):
        invitations = self.env["b2b.invitation"]
        first = invitations._issue(self.buyer, "login")
        second = invitations._issue(self.buyer, "login")
        self.assertFalse(invitations._find(first))
        credential = invitations._redeem(second, "other password", "other password")
        self.assertEqual(credential["login"], "buyer")
        user = self.buyer.user_id.with_user(self.buyer.user_id)
        login = {"type": "password", "password": "buyer"}
        self.assertEqual(user._check_credentials(login, {"interactive": False})["uid"], user.id)
