from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.auth_signup.models.res_partner import SignupError

from ..exceptions import WeakPassword
from .common import GOOD, GuardCase


@tagged("post_install", "-at_install")
class TestPasswords(GuardCase, TransactionCase):
    def test_each_broken_rule_is_named(self):
        for password, word in (
            ("short", "short"),
            ("abababababab", "different"),
            ("my anna and me", "e-mail"),
            ("Password123!", "guess"),
            ("x1y2z3" * 50, "long"),
            ("\N{GRINNING FACE}" * 12, "different"),
        ):
            with self.subTest(password), self.assertRaisesRegex(WeakPassword, word):
                self.user._check_portal_password(password)

    def test_a_good_password_passes_and_works(self):
        self.user.with_user(self.user).sudo().password = GOOD
        credential = {"type": "password", "password": GOOD}
        user = self.user.with_user(self.user)
        self.assertEqual(user._check_credentials(credential, {"interactive": True})["uid"], user.id)

    def test_the_servers_own_setting_asks_for_more_never_for_less(self):
        settings = self.env["ir.config_parameter"]
        for least, needed in (("4", 10), ("14", 14)):
            settings.set_param("auth_password_policy.minlength", least)
            with self.subTest(least):
                self.assertEqual(self.env["res.users"]._get_password_length(), needed)

    def test_changing_it_over_rpc_keeps_the_rules(self):
        users = self.env["res.users"].with_user(self.user)
        with self.assertRaises(WeakPassword):
            users.change_password("anna", "anna")
        self.assertTrue(users.change_password("anna", GOOD))

    def test_staff_sets_no_weak_password_either(self):
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(WeakPassword):
            self.user.with_user(admin).write({"password": "summer2026"})

    def test_employees_keep_the_rules_of_odoo(self):
        users = self.env["res.users"].with_user(self.employee)
        self.assertTrue(users.change_password("erik", "erik2"))

    def test_signing_up_with_a_token_keeps_the_rules(self):
        partner = self.env["res.partner"].create({"name": "New", "email": "new@example.com"})
        partner.signup_prepare()
        token = partner._generate_signup_token()
        visitor = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        with self.assertRaisesRegex(SignupError, "guess"), self.env.cr.savepoint():
            visitor.signup({"login": "new@example.com", "password": "summer2026"}, token)
        login, _password = visitor.signup({"login": "new@example.com", "password": GOOD}, token)
        self.assertEqual(login, "new@example.com")


@tagged("post_install", "-at_install")
class TestPasswordPages(GuardCase, HttpCase):
    def test_odoos_page_for_a_new_password_lists_the_rules_and_keeps_them(self):
        self.user.partner_id.signup_prepare("reset")
        token = self.user.partner_id._generate_signup_token()
        self.authenticate(None, None)
        page = self.url_open(f"/web/reset_password?token={token}")
        self.assertIn("At least 10 characters", page.text)
        weak = self._post(
            "/web/reset_password", token=token, password="summer2026", confirm_password="summer2026"
        )
        self.assertIn("easy to guess", weak.text)
        good = self._post("/web/reset_password", token=token, password=GOOD, confirm_password=GOOD)
        self.assertIn("successfully", good.text)

    def test_the_page_of_ones_own_password_lists_the_rules_and_keeps_them(self):
        self.authenticate("anna", "anna")
        self.assertIn(
            'data-terms="anna\nanna@example.com\nexample"', self.url_open("/my/security").text
        )
        weak = self._post("/my/security", old="anna", new1="summer2026", new2="summer2026")
        self.assertIn("easy to guess", weak.text)
        good = self._post("/my/security", old="anna", new1=GOOD, new2=GOOD)
        self.assertIn("Password Updated", good.text)
