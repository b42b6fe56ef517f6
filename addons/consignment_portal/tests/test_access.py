from odoo import fields
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.portal_guard.exceptions import LinkInvalid, WeakPassword
from odoo.addons.portal_guard.rules import links

from ..exceptions import ConsignmentError
from .common import ConsignmentCommon
from .common_access import GOOD, WEAK, AccessCase


@tagged("post_install", "-at_install")
class TestAccess(AccessCase, ConsignmentCommon):
    def test_the_mail_holds_a_link_whose_secret_is_kept_nowhere(self):
        token = self._send(self.other)
        self.assertTrue(links.is_token(token))
        self.assertEqual(self._mails[-1]["email_to"], ["boris@example.com"])
        self.assertIn("/consign/30012/link/", self._mails[-1]["body"])
        self.assertEqual(self.links.search([], limit=1).token_hash, links.digest(token))
        for model, field in (("mail.mail", "body_html"), ("mail.message", "body")):
            self.assertFalse(self.env[model].sudo().search([(field, "like", token)]))

    def test_a_link_makes_a_login_of_the_contact_for_this_shop_only(self):
        user = self._open(self._send(self.other))
        self.assertEqual(
            (user.login, user.partner_id), ("boris@example.com", self.other.partner_id)
        )
        self.assertTrue(user._is_portal())
        self.assertEqual(user.company_id, self.shop.company_id)
        self.assertEqual(user._get_consignors(self.shop), self.other)
        self.assertTrue(self._check_password(user, GOOD))

    def test_staff_sees_where_access_stands(self):
        states = [self.other.access_state]
        token = self._send(self.other)
        states.append(self.other.access_state)
        self._open(token)
        states.append(self.other.access_state)
        self.other.with_user(self.staff).action_withdraw_access()
        states.append(self.other.access_state)
        self.assertEqual(states, ["none", "sent", "active", "withdrawn"])

    def test_links_of_staff_hold_three_days_and_those_asked_for_an_hour(self):
        self._send(self.other)
        sent = self.links.search([], limit=1)
        self._ask("boris@example.com")
        asked = self.links.search([], limit=1)
        now = fields.Datetime.now()
        self.assertAlmostEqual((sent.expires_at - now).total_seconds(), 3 * 86400, delta=5)
        self.assertAlmostEqual((asked.expires_at - now).total_seconds(), 3600, delta=5)
        self.assertTrue(sent.superseded_at)

    def test_used_old_superseded_strange_and_other_shops_links_open_nothing(self):
        elsewhere = self._create_shop("10020")
        used = self._send(self.other)
        self._open(used)
        superseded = self._send(self.other)
        expired = self._send(self.other)
        self.links.search([], limit=1).expires_at = fields.Datetime.now()
        good = self._ask("boris@example.com") and self._read_secret()
        sentences = set()
        for token in (used, superseded, expired, links.new_token(), "short", ""):
            with self.assertRaises(LinkInvalid) as caught:
                self._open(token)
            sentences.add(str(caught.exception))
        with self.assertRaises(LinkInvalid) as caught:
            self._open(good, shop=elsewhere)
        self.assertEqual(sentences, {str(caught.exception)})
        self.assertTrue(self._open(good))

    def test_a_weak_or_mistyped_password_leaves_the_link_open(self):
        token = self._send(self.other)
        weak = (WEAK, "short", "boris and the lamp", "market otter lamp")
        for password in weak:
            with self.subTest(password), self.assertRaises(WeakPassword):
                self.links._redeem(self.shop, token, password, password)
        with self.assertRaisesRegex(WeakPassword, "differ"):
            self.links._redeem(self.shop, token, GOOD, GOOD + "x")
        self.assertTrue(self._open(token))

    def test_a_link_is_worthless_once_anything_it_rests_on_is_gone(self):
        for change, undo in (
            (lambda: self.shop.write({"portal_active": False}), {"portal_active": True}),
            (lambda: self.shop.write({"active": False}), {"active": True}),
        ):
            token = self._send(self.other)
            change()
            self.assertFalse(self.links._find(token))
            self.shop.write(undo)
            self.assertTrue(self.links._find(token))
        for field, value, back in (
            ("email", "new@example.com", "boris@example.com"),
            ("active", False, True),
        ):
            token = self._send(self.other)
            self.other[field] = value
            self.assertFalse(self.links._find(token))
            self.other[field] = back
            with self.subTest(field):
                self.assertFalse(self.links._find(token))

    def test_asking_sends_a_link_to_the_known_address_only(self):
        self.assertEqual(self._ask(" Boris@Example.com"), ["boris@example.com"])
        for email in ("nobody@x.example.com", "boris%@example.com", "", "no address", "a" * 300):
            with self.subTest(email):
                self.assertEqual(self._ask(email), [])

    def test_asking_at_a_closed_shop_or_after_withdrawal_sends_nothing(self):
        elsewhere = self._create_shop("10020")
        self.assertEqual(self._ask("boris@example.com", elsewhere), [])
        self.shop.portal_active = False
        self.assertEqual(self._ask("boris@example.com"), [])
        self.shop.portal_active = True
        self.other.action_withdraw_access()
        self.assertEqual(self._ask("boris@example.com"), [])
        self._send(self.other)
        self.assertEqual(self._ask("boris@example.com"), ["boris@example.com"])

    def test_asking_does_the_same_work_for_every_address(self):
        requests = self.env["consignment.link.request"]
        counts = set()
        for number, email in enumerate(("warm@up.example.com", "anna@example.com", "no@x.example")):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests._ask(self.shop, email, f"192.0.2.{number}")
            self.env.flush_all()
            counts.add((number > 0, self.env.cr.sql_log_count - before))
        self.assertEqual(len([count for counted, count in counts if counted]), 1)

    def test_nobody_is_flooded_with_mails(self):
        requests = self.env["consignment.link.request"]
        for number in range(6):
            requests._ask(self.shop, "boris@example.com", f"192.0.2.{number}")
        self.assertEqual(requests.search_count([]), 3)
        for number in range(25):
            requests._ask(self.shop, f"n{number}@x.example.com", "192.0.2.99")
        self.assertEqual(requests.search_count([]), 23)

    def test_withdrawing_ends_the_login_that_was_made_for_it(self):
        user = self._open(self._send(self.other))
        self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "key", None)
        self.other.with_user(self.staff).action_withdraw_access()
        self.assertFalse(user.active)
        self.assertFalse(user.api_key_ids)
        self.assertFalse(user._get_consignors(self.shop))
        again = self._open(self._send(self.other), "window grass 17 moth")
        self.assertEqual(again, user)
        with self.assertRaises(AccessDenied):
            self._check_password(user, GOOD)

    def test_a_login_that_cores_own_page_revoked_comes_back_only_when_staff_sends_access(self):
        user = self._open(self._send(self.other))
        groups = [
            Command.unlink(self.env.ref("base.group_portal").id),
            Command.link(self.env.ref("base.group_public").id),
        ]
        user.write({"active": False, "group_ids": groups})
        self.assertEqual(self._ask("boris@example.com"), [])
        self.other.action_withdraw_access()
        self.assertEqual(self._open(self._send(self.other)), user)
        self.assertTrue(user._is_portal())

    def test_withdrawing_leaves_a_login_that_has_other_purposes(self):
        self.consignor.with_user(self.staff).action_withdraw_access()
        self.assertTrue(self.user.active)
        self.assertFalse(self.user._get_consignors(self.shop))

    def test_another_address_ends_the_access_and_the_new_one_gets_the_same_login(self):
        user = self._open(self._send(self.other))
        self.other.partner_id.email = "boris.lind@example.com"
        self.assertEqual((user.active, self.other.access_state), (False, "none"))
        self.assertEqual(self._ask("boris@example.com"), [])
        self.assertEqual(self._ask("boris.lind@example.com"), ["boris.lind@example.com"])
        again = self._open(self._read_secret())
        self.assertEqual((again, again.login), (user, "boris.lind@example.com"))

    def test_writing_the_same_address_in_other_letters_changes_nothing(self):
        user = self._open(self._send(self.other))
        self.other.partner_id.email = "Boris@Example.com"
        self.assertTrue(user.active)
        self.assertEqual(self.other.user_id, user)

    def test_an_archived_consignor_loses_the_access(self):
        user = self._open(self._send(self.other))
        self.other.active = False
        self.assertFalse(user.active)

    def test_two_consignors_with_one_address_share_a_login(self):
        twin = self._create_consignor("Bella", "Boris@example.com")
        user = self._open(self._send(self.other))
        self.assertEqual(user._get_consignors(self.shop), self.other + twin)
        self.other.action_withdraw_access()
        self.assertTrue(user.active)
        self.assertEqual(user._get_consignors(self.shop), twin)
        twin.action_withdraw_access()
        self.assertFalse(user.active)

    def test_one_consignor_in_two_shops_has_one_login(self):
        elsewhere = self._create_shop("10020", "Second Life")
        there = self._create_consignor("Boris", "boris@example.com", shop=elsewhere)
        user = self._open(self._send(self.other))
        self.assertFalse(user._get_consignors(elsewhere))
        token = self._send(there)
        self.assertEqual(self.links._find(token)._get_known_login(), user)
        self.assertFalse(self._open(token, keep=True, shop=elsewhere))
        self.assertEqual(user._get_consignors(elsewhere), there)
        self.assertTrue(self._check_password(user, GOOD))
        with self.assertRaises(LinkInvalid):
            self._open(token, shop=elsewhere)

    def test_an_employee_keeps_the_usual_login_and_password(self):
        employee = new_test_user(
            self.env, "erik", "base.group_user", password="erik", email="erik@example.com"
        )
        consignor = self._create_consignor("Erik", "erik@example.com")
        token = self._send(consignor)
        self.assertFalse(self._open(token, "window grass 17 moth"))
        self.assertEqual(employee._get_consignors(self.shop), consignor)
        self.assertTrue(self._check_password(employee, "erik"))
        consignor.action_withdraw_access()
        self.assertTrue(employee.active)

    def test_no_link_logs_in_as_an_employee(self):
        employee = new_test_user(self.env, "erik", "base.group_user", email="erik@example.com")
        consignor = self._create_consignor("Erik", "erik@example.com")
        token = self._send(consignor)
        consignor.user_id = employee
        with self.assertRaises(LinkInvalid):
            self.links._use(token, employee)

    def test_a_link_never_touches_a_login_of_another_mailbox_or_one_that_staff_archived(self):
        stranger = new_test_user(
            self.env, "cleo@example.com", "base.group_portal", email="new-cleo@example.com"
        )
        consignor = self._create_consignor("Cleo", "cleo@example.com")
        with self.assertRaisesRegex(ConsignmentError, "another address"):
            self._send(consignor)
        self.assertEqual(self._ask("cleo@example.com"), [])
        stranger.partner_id.email = "cleo@example.com"
        self._send(consignor)
        stranger.active = False
        with self.assertRaises(ConsignmentError):
            self._send(consignor)

    def test_whoever_signed_up_with_a_consignors_address_before_gains_nothing(self):
        squatter = new_test_user(
            self.env, "boris@example.com", "base.group_portal", password="squatter"
        )
        keys = self.env["res.users.apikeys"].with_user(squatter).sudo()
        keys._generate("rpc", "key", None)
        token = self._send(self.other)
        self.assertFalse(self.links._find(token)._get_known_login())
        # Keeping the password of a stranger is not offered, and refused to whoever posts it.
        with self.assertRaises(WeakPassword), self.env.cr.savepoint():
            self.links._redeem(self.shop, token, keep=True)
        user = self._open(token)
        self.assertEqual(user, squatter)
        self.assertFalse(user.api_key_ids)
        with self.assertRaises(AccessDenied):
            self._check_password(user, "squatter")

    def test_a_consignor_who_gives_the_login_anothers_address_gets_nothing_of_theirs(self):
        elsewhere = self._create_shop("10020", "Second Life")
        here = self._create_consignor("Mallory", "mallory@example.com")
        there = self._create_consignor("Mallory", "mallory@example.com", shop=elsewhere)
        mallory = self._open(self._send(here))
        self._open(self._send(there), keep=True, shop=elsewhere)
        mallory.partner_id.email = "boris@example.com"
        token = self._send(self.other)
        self.assertFalse(self.links._find(token)._get_known_login())
        with self.assertRaises(WeakPassword), self.env.cr.savepoint():
            self.links._redeem(self.shop, token, keep=True)
        user = self._open(token, "window grass 17 moth")
        self.assertIn(self.other, user._get_consignors(self.shop))
        self.assertFalse(there.user_id)
        with self.assertRaises(AccessDenied):
            self._check_password(user, GOOD)

    def test_staff_learns_what_is_missing(self):
        nameless = self._create_consignor("Dora")
        with self.assertRaisesRegex(UserError, "needs an e-mail address"):
            (nameless + self.other).with_user(self.staff).action_send_access()
        self.assertEqual(self.other.access_state, "none")
        self.shop.portal_active = False
        with self.assertRaisesRegex(UserError, "portal is closed"):
            self.other.with_user(self.staff).action_send_access()

    def test_a_selection_gets_a_mail_for_each_address(self):
        twin = self._create_consignor("Bella", "boris@example.com")
        self._send(self.consignor + self.other + twin)
        addresses = sorted(mail["email_to"][0] for mail in self._mails)
        self.assertEqual(addresses, ["anna@example.com", "boris@example.com"])
        self.assertEqual(twin.access_state, "sent")

    def test_staff_gives_logins_by_sending_access_only(self):
        other = self.other.with_user(self.staff)
        for values in (
            {"user_id": self.staff.id},
            {"access_withdrawn": True},
            {"access_sent_at": False},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                other.write(values)
        with self.assertRaises(AccessError):
            other.create({"shop_id": self.shop.id, "last_name": "X", "user_id": self.staff.id})

    def test_consignors_and_strangers_press_no_buttons_and_read_no_links(self):
        self._send(self.other)
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        for user in (self.user, stranger):
            for action in ("action_send_access", "action_withdraw_access"):
                with self.subTest(action), self.assertRaises(AccessError):
                    getattr(self.other.with_user(user), action)()
        for user in (self.user, self.staff):
            for model in ("consignment.link", "consignment.link.request"):
                with self.subTest(model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
