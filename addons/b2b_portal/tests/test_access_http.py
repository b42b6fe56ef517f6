from odoo import http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.portal_guard.rules import links

from .common import B2bCase


@tagged("post_install", "-at_install")
class TestAccessHttp(B2bCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.shown.categ_id = self.env["product.category"].create({"name": "Kitchen"})
        contact = self.env["res.partner"].create(
            {"name": "Ann", "email": "ann@customer.example.com", "parent_id": self.customer.id}
        )
        self.member = self.env["b2b.member"].create({"partner_id": contact.id})
        self.token = self.env["b2b.invitation"]._issue(self.member, "invitation")
        self.path = f"/b2b/invitation/{self.token}"
        self.authenticate(None, None)

    def _post(self, path, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form, allow_redirects=False)

    def _redirect(self, response):
        self.assertEqual(response.status_code, 303)
        return response.headers["Location"]

    def test_looking_at_a_link_any_number_of_times_uses_nothing_up(self):
        for _visit in range(3):
            page = self.url_open(self.path)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Welcome", page.text)
        self.assertFalse(self.member.invitation_ids.used_at)
        self.assertEqual(self.member.state, "invited")

    def test_the_secret_in_the_address_is_kept_from_caches_and_other_sites(self):
        headers = self.url_open(self.path).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_the_button_logs_in_and_opens_the_catalogue(self):
        answer = self._post(self.path, password="correct horse", repeated="correct horse")
        self.assertEqual(self._redirect(answer), "/b2b")
        page = self.url_open("/b2b")
        self.assertIn("Pan", page.text)
        self.assertEqual(self.member.state, "active")

    def test_the_second_press_of_the_same_link_gets_the_page_of_worthless_links(self):
        self._post(self.path, password="correct horse", repeated="correct horse")
        self.authenticate(None, None)
        again = self._post(self.path, password="other password", repeated="other password")
        self.assertEqual(again.status_code, 404)
        unknown = self._post(f"/b2b/invitation/{links.new_token()}", password="x")
        self.assertEqual(self._body(again), self._body(unknown))

    def _body(self, response):
        return response.text.split("<h1")[1].split("</main>")[0]

    def test_all_worthless_links_show_one_page(self):
        pages = {self._body(self.url_open("/b2b/invitation/unknown"))}
        self.env["b2b.invitation"]._issue(self.member, "invitation")
        pages.add(self._body(self.url_open(self.path)))
        self.member._revoke()
        pages.add(self._body(self.url_open(self.path)))
        self.assertEqual(len(pages), 1)

    def test_a_form_without_its_token_against_forgery_is_refused(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(self.path, data={"password": "correct horse"})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.member.invitation_ids.used_at)

    def test_two_different_passwords_show_the_form_again_with_a_sentence(self):
        answer = self._post(self.path, password="correct horse", repeated="incorrect horse")
        self.assertIn("The two passwords differ", answer.text)
        self.assertFalse(self.member.invitation_ids.used_at)

    def test_going_on_without_a_password_logs_in_and_a_fresh_link_does_later(self):
        self.assertEqual(self._redirect(self._post(self.path, without="1")), "/b2b")
        fresh = self.env["b2b.invitation"]._issue(self.member, "login")
        self.authenticate(None, None)
        self.assertEqual(self._redirect(self._post(f"/b2b/invitation/{fresh}")), "/b2b")
        self.assertEqual(self.url_open("/b2b").status_code, 200)

    def test_a_session_ends_the_moment_access_is_revoked(self):
        self.authenticate("buyer", "buyer")
        self.assertEqual(self.url_open("/b2b", allow_redirects=False).status_code, 200)
        self.customer.action_b2b_revoke()
        answer = self.url_open("/b2b", allow_redirects=False)
        self.assertIn("/web/login", self._redirect(answer))
        # Invited and active again: the old session stays dead.
        self.customer.b2b_state = "active"
        self.buyer._activate_login()
        answer = self.url_open("/b2b", allow_redirects=False)
        self.assertIn("/web/login", self._redirect(answer))

    def test_the_page_that_asks_for_a_link_answers_the_same_for_every_address(self):
        answers = [
            self._post("/b2b/login", email=email)
            for email in ("buyer@customer.example.com", "nobody@x.example.com", "", "no address")
        ]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertEqual(len({self._body(answer) for answer in answers}), 1)

    def test_the_page_to_log_in_names_the_link_while_a_portal_is_open(self):
        self.assertIn("/b2b/login", self.url_open("/web/login").text)
        self.env["res.company"].search([]).b2b_enabled = False
        self.assertNotIn("/b2b/login", self.url_open("/web/login").text)

    def test_revoking_is_no_button_of_customers_over_rpc(self):
        self.authenticate("buyer", "buyer")
        for model, method in (
            ("res.partner", "action_b2b_invite"),
            ("b2b.member", "action_revoke"),
        ):
            refused = self.assertRaises(JsonRpcException)
            with self.subTest(method), refused, mute_logger("odoo.http"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/{method}",
                    {"model": model, "method": method, "args": [[1]], "kwargs": {}},
                )
        self.assertEqual(self.buyer.state, "active")
