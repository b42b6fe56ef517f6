import json

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ConsignmentCase


@tagged("post_install", "-at_install")
class TestOddRequests(ConsignmentCase, HttpCase):
    """Requests that no page makes get an answer, never an error of the server."""

    def setUp(self):
        super().setUp()
        self.authenticate("anna", "anna")

    def test_arguments_named_as_what_routes_get_themselves_are_left_out(self):
        for path in ("stock", "sales", "enter", "intakes", "profile", "password", "settlements"):
            with self.subTest(path):
                answer = self.url_open(f"/consign/30012/{path}?shop=1&consignor=2&self_=3")
                self.assertEqual(answer.status_code, 200)
        form = {"shop": "1", "consignor": "2", "csrf_token": http.Request.csrf_token(self)}
        for path in ("login", "password", "choose", "enter/delete", "submit", "profile"):
            with self.subTest(path):
                answer = self.url_open(f"/consign/30012/{path}", data=form)
                self.assertEqual(answer.status_code, 200)

    def test_a_number_with_line_breaks_is_an_unknown_shop(self):
        for path in ("%0a/stock", "30012%0d%0aSet-Cookie:%20a/stock", "%0a/submit"):
            with self.subTest(path):
                answer = self.url_open(f"/consign/{path}")
                self.assertEqual(answer.status_code, 404)
        answer = self.url_open("/consign/%0a/enter/save", data={"title": "Vase"})
        self.assertEqual(answer.status_code, 404)

    def test_a_name_that_is_no_text_is_asked_for_again(self):
        intake = self._create_intake(is_from_portal=True)
        self._create_article(intake)
        address = f"/consign/30012/submit/sign/{intake._get_terms_digest()}"
        for name in (1, None, ["Anna"], {"a": 1}):
            with self.subTest(name):
                params = {"name": name, "signature": "aGk="}
                answer = self.url_open(
                    address,
                    data=json.dumps({"jsonrpc": "2.0", "params": params}),
                    headers={"Content-Type": "application/json"},
                )
                self.assertNotIn("error", answer.json())
                self.assertEqual(intake.state, "draft")

    def test_labels_of_an_unknown_dialogue_are_not_found(self):
        self.staff.password = "staff"
        self.authenticate("staff", "staff")
        with mute_logger("odoo.http"):
            for number in ("0", "2147483647", "99999999999999999999"):
                with self.subTest(number):
                    answer = self.url_open(f"/consignment_portal/labels/{number}")
                    self.assertEqual(answer.status_code, 404)
