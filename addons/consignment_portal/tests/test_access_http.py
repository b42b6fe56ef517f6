from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.portal_guard.const import LOGIN_BY_PLACE
from odoo.addons.portal_guard.rules import links

from .common import ConsignmentCase
from .common_access import GOOD, WEAK, AccessCase


@tagged("post_install", "-at_install")
class TestAccessHttp(AccessCase, ConsignmentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _login(self, email, password):
        with mute_logger("odoo.addons.base.models.res_users"):
            self._post("/consign/30012/login", email=email, password=password)
        return self.url_open("/consign/30012")

    def test_a_consignor_asks_chooses_a_password_and_is_logged_in(self):
        self._ask("boris@example.com")
        path = f"/consign/30012/link/{self._read_secret()}"
        for _visit in range(3):
            self.assertIn("At least 10 characters", self.url_open(path).text)
        weak = self._post(path, password=WEAK, repeated=WEAK)
        self.assertIn("easy to guess", weak.text)
        done = self._post(path, password=GOOD, repeated=GOOD)
        self.assertEqual(done.headers["Location"], "/consign/30012")
        self.assertIn("Stock", self.url_open("/consign/30012").text)
        self.authenticate(None, None)
        self.assertIn("Stock", self._login("Boris@example.com", GOOD).text)

    def test_the_page_that_asks_answers_the_same_for_every_address(self):
        typed = ("anna@example.com", "nobody@x.example.com", "", "no address", "x" * 300)
        answers = [self._post("/consign/30012/password", email=email) for email in typed]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertEqual(len({self._clean(answer) for answer in answers}), 1)

    def test_wrong_known_unknown_and_refused_logins_see_the_same_page(self):
        pages = {
            self._clean(self._login(email, "wrong"))
            for email in ("anna@example.com", "boris@example.com", "nobody@x.example.com")
        }
        for _time in range(LOGIN_BY_PLACE.times):
            refused = self._login("anna@example.com", "wrong")
        pages.add(self._clean(refused))
        self.assertEqual(len(pages), 1)
        self.assertIn("wait for 15 minutes", pages.pop())
        self.assertNotIn("Stock", self._login("anna@example.com", "anna").text)

    def test_the_secret_in_the_address_is_kept_from_caches_engines_and_other_sites(self):
        headers = self.url_open(f"/consign/30012/link/{self._send(self.other)}").headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("noindex", self.url_open("/consign/30012").headers["X-Robots-Tag"])

    def test_all_worthless_links_show_one_page(self):
        token = self._send(self.other)
        self._send(self.other)
        pages = set()
        for worthless in (token, links.new_token(), "short"):
            for answer in (
                self.url_open(f"/consign/30012/link/{worthless}"),
                self._post(f"/consign/30012/link/{worthless}", password=GOOD, repeated=GOOD),
            ):
                self.assertEqual(answer.status_code, 404)
                pages.add(self._clean(answer))
        self.assertEqual(len(pages), 1)

    def test_unknown_wrong_and_closed_shops_show_one_page(self):
        self._create_shop("10020", portal_active=False)
        pages = set()
        for number in ("10020", "99999", "3001", "30012a", "%27"):
            for path in ("", "/password", f"/link/{links.new_token()}"):
                answer = self.url_open(f"/consign/{number}{path}")
                self.assertEqual(answer.status_code, 404)
                pages.add(self._clean(answer))
        self.assertEqual(len(pages), 1)

    def test_a_shop_is_found_by_typing_its_number(self):
        answer = self.url_open("/consign?number=30012", allow_redirects=False)
        self.assertEqual(answer.headers["Location"], "/consign/30012")
        self.assertEqual(self.url_open("/consign").status_code, 200)
        self.assertIn("five digits", self.url_open("/consign?number=3001").text)

    def test_an_employee_is_asked_for_the_usual_password(self):
        new_test_user(
            self.env, "erik", "base.group_user", password="erik", email="erik@example.com"
        )
        consignor = self._create_consignor("Erik", "erik@example.com")
        path = f"/consign/30012/link/{self._send(consignor)}"
        self.assertNotIn("password", self._body(self.url_open(path)))
        self._post(path, password=GOOD, repeated=GOOD)
        page = self.url_open("/consign/30012")
        self.assertIn("Log in with your usual password", page.text)
        self.assertIn("Stock", self._login("erik@example.com", "erik").text)

    def _body(self, response):
        return response.text.split('class="o_consign_door"')[1].split("</main>")[0]

    def test_two_consignors_with_one_login_are_chosen_between(self):
        twin = self._create_consignor("Bella", "bella@example.com")
        twin.user_id = self.user
        self.authenticate("anna", "anna")
        page = self.url_open("/consign/30012/stock").text
        self.assertIn("You look at:", page)
        self._create_stock(twin, name="Lamp of Bella")
        self.assertNotIn("Lamp of Bella", page)
        self._post("/consign/30012/choose", consignor_id=twin.id)
        self.assertIn("Lamp of Bella", self.url_open("/consign/30012/stock").text)
        self._post("/consign/30012/choose", consignor_id=self.other.id)
        self.assertIn("Lamp of Bella", self.url_open("/consign/30012/stock").text)

    def test_a_session_ends_with_the_access(self):
        self._ask("boris@example.com")
        path = f"/consign/30012/link/{self._read_secret()}"
        self._post(path, password=GOOD, repeated=GOOD)
        self.assertIn("Stock", self.url_open("/consign/30012").text)
        self.other.action_withdraw_access()
        self.assertIn("Log in", self.url_open("/consign/30012").text)
        self.assertIn("/web/login", self.url_open("/my").url)

    def test_a_link_outlives_the_minute_for_which_odoo_lets_an_address_wait(self):
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "1")
        path = f"/consign/30012/link/{self._send(self.other)}"
        self._login("anna@example.com", "wrong")
        with mute_logger("odoo.addons.base.models.res_users"):
            waiting = self._post(path, password=GOOD, repeated=GOOD)
        self.assertIn("wait for a minute", waiting.text)
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
        self._post(path, password=GOOD, repeated=GOOD)
        self.assertIn("Stock", self.url_open("/consign/30012").text)

    def test_a_second_factor_is_asked_for_as_ever(self):
        self.other.user_id = self._create_login(self.other, "boris@example.com")
        path = f"/consign/30012/link/{self._send(self.other)}"
        with patch.object(type(self.env["res.users"]), "_mfa_url", return_value="/web/login/totp"):
            answer = self._post(path, password=GOOD, repeated=GOOD)
        self.assertIn("/web/login/totp?redirect=", answer.headers["Location"])
        self.assertIn("Log in", self.url_open("/consign/30012").text)

    def test_a_stranger_who_logs_in_is_told_that_this_is_not_the_shop(self):
        new_test_user(self.env, "guest", "base.group_portal", password="guest")
        self.assertIn("not as a consignor of this shop", self._login("guest", "guest").text)

    def test_a_form_without_its_token_against_forgery_is_refused(self):
        token = self._send(self.other)
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/consign/30012/link/{token}", data={"password": GOOD})
        self.assertEqual(answer.status_code, 400)
        self.assertTrue(self.links._find(token))
