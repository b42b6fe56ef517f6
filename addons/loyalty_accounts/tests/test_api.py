import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestApi(LoyaltyCommon, HttpCase):
    """Over JSON-2, as a program would; each call is a request with a transaction of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 100)
        cls.stranger = cls._create_user("stranger", "base.group_user")

    def _call(self, method, login="seller", model="loyalty.api", **arguments):
        user = self.env["res.users"].search([("login", "=", login)])
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(arguments),
                headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
            )
        self.env.invalidate_all()
        return response.status_code, response.json()

    def _number(self):
        return self.account.number

    def test_find_answers_with_plain_values(self):
        status, found = self._call("find", number=f" {self._number()} ")
        self.assertEqual(status, 200)
        self.assertEqual(
            (found["number"], found["balance"], found["available"], found["state"]),
            (self._number(), 100, 100, "usable"),
        )

    def test_charge_hold_capture_release_refund_round_trip(self):
        number = self._number()
        _status, paid = self._call("charge", number=number, amount=10, request_id="a")
        self.assertEqual((paid["amount"], paid["balance"]), (-10, 90))
        _status, held = self._call("hold", number=number, amount=50, request_id="b", minutes=5)
        self.assertEqual((held["held"], held["available"]), (50, 40))
        _status, part = self._call("capture", hold_id=held["hold_id"], amount=20, request_id="c")
        self.assertEqual((part["balance"], part["held"]), (70, 30))
        self._call("release", hold_id=held["hold_id"], request_id="d")
        _status, back = self._call("refund", move_id=paid["move_id"], request_id="e")
        self.assertEqual((back["balance"], back["held"]), (80, 0))
        self._assert_account(self.account, 80)

    def test_repeated_request_is_answered_with_the_first_result(self):
        ask = {"number": self._number(), "amount": 10, "request_id": "same"}
        first = self._call("charge", **ask)
        self._call("charge", number=self._number(), amount=5, request_id="other")
        self.assertEqual(self._call("charge", **ask), first)
        self._assert_account(self.account, 85)

    def test_programs_give_the_pin_where_it_is_needed(self):
        self.company.loyalty_pin_amount = 50
        self.account._set_pin(self.account._digest_pin("4071"))
        ask = {"number": self._number(), "request_id": "p"}
        for method, more in (("charge", {}), ("hold", {"minutes": 5})):
            for pin in ("", None, "4072", "407", 4071, ["4071"], {"pin": "4071"}):
                with self.subTest(method=method, pin=pin):
                    status, error = self._call(method, amount=51, pin=pin, **ask, **more)
                    self.assertEqual(status, 422)
                    self.assertRegex(error["name"], "PinRefused|InvalidValue")
        self._assert_account(self.account, 100)
        self.assertEqual(self._call("charge", amount=50, **ask)[1]["balance"], 50)
        self.ledger._top_up(self.account, 100)
        ask["request_id"] = "q"
        self.assertEqual(self._call("charge", amount=60, pin="4071", **ask)[1]["balance"], 90)
        for amount in ("60", None, "NaN", [1]):
            with self.subTest(amount=amount):
                status, error = self._call("charge", amount=amount, **ask)
                self.assertEqual(status, 422)

    def test_request_ids_count_per_user(self):
        ask = {"number": self._number(), "amount": 10, "request_id": "same"}
        _status, one = self._call("charge", **ask)
        _status, two = self._call("charge", login="manager", **ask)
        self.assertNotEqual(one["move_id"], two["move_id"])
        self._assert_account(self.account, 80)

    def test_same_request_id_with_another_amount_is_refused(self):
        self._call("charge", number=self._number(), amount=10, request_id="same")
        status, error = self._call("charge", number=self._number(), amount=11, request_id="same")
        self.assertEqual(status, 422)
        self.assertIn("RequestConflict", error["name"])
        self._assert_account(self.account, 90)

    def test_bad_input_is_refused_in_words_and_writes_nothing(self):
        number = self._number()
        bad = [
            dict(number=number, amount=amount, request_id="x")
            for amount in (-1, 0, 1e15, 0.001, "10", "NaN", None, True, [1], {"a": 1})
        ]
        bad += [
            dict(number=number, amount=1, request_id=request_id)
            for request_id in ("", None, 5, "k" * 101, "a\nb", ["k"])
        ]
        bad += [
            dict(number=unknown, amount=1, request_id="x")
            for unknown in (
                "UNKNOWN-1",
                "",
                None,
                5,
                ["x"],
                "9" * 10_000,
                "' OR 1=1 --",
                "<b>1</b>",
                "1\u200b2",
            )
        ]
        bad += [dict(number=number, amount=1, request_id="x", note="n" * 501)]
        for arguments in bad:
            with self.subTest(arguments=str(arguments)[:80]):
                status, error = self._call("charge", **arguments)
                self.assertEqual(status, 422, error)
                self.assertIn("loyalty_accounts.exceptions", error["name"])
                self.assertTrue(error["message"])
        self.assertEqual(self.account.version, 1)

    def test_wrong_types_of_ids_and_minutes_are_refused(self):
        for method, arguments in (
            ("capture", {"hold_id": "1", "amount": 1}),
            ("release", {"hold_id": None}),
            ("refund", {"move_id": True}),
            ("refund", {"move_id": 999_999_999}),
            ("hold", {"number": self._number(), "amount": 1, "minutes": 0}),
            ("hold", {"number": self._number(), "amount": 1, "minutes": "5"}),
            ("hold", {"number": self._number(), "amount": 1, "minutes": 10081}),
        ):
            with self.subTest(method=method, arguments=arguments):
                status, _error = self._call(method, request_id="x", **arguments)
                self.assertEqual(status, 422)
        self.assertEqual(self.account.version, 1)

    def test_foreign_account_is_unknown_to_another_company(self):
        self._create_user(
            "foreigner",
            "loyalty_accounts.group_user",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        status, error = self._call(
            "charge", login="foreigner", number=self._number(), amount=1, request_id="x"
        )
        self.assertEqual(status, 422)
        self.assertIn("No account has the card number", error["message"])
        hold = self.ledger._hold(self.account, 5).hold_id
        for method, arguments in (
            ("capture", {"hold_id": hold.id, "amount": 1}),
            ("release", {"hold_id": hold.id}),
            ("refund", {"move_id": self.account.move_ids[0].id}),
        ):
            status, error = self._call(method, login="foreigner", request_id="x", **arguments)
            self.assertEqual((status, error["message"]), (422, "There is no such record."))
        self._assert_account(self.account, 100, held=5)

    def test_what_belongs_to_a_document_is_changed_there_only(self):
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        paid = self.ledger._charge(self.account, 5, document=order)
        hold = self.ledger._hold(self.account, 5, document=order).hold_id
        for method, arguments in (
            ("refund", {"move_id": paid.id}),
            ("release", {"hold_id": hold.id}),
            ("capture", {"hold_id": hold.id, "amount": 1}),
        ):
            status, error = self._call(method, request_id="x", login="loyalty_admin", **arguments)
            self.assertEqual(status, 422)
            self.assertIn(order.name, error["message"])
        self._assert_account(self.account, 95, held=5)

    def test_users_without_the_group_may_do_nothing(self):
        hold = self.ledger._hold(self.account, 5).hold_id
        calls = (
            ("find", {"number": self._number()}),
            ("charge", {"number": self._number(), "amount": 1, "request_id": "x"}),
            ("hold", {"number": self._number(), "amount": 1, "request_id": "x", "minutes": 1}),
            ("top_up", {"number": self._number(), "amount": 1, "request_id": "x"}),
            ("capture", {"hold_id": hold.id, "amount": 1, "request_id": "x"}),
            ("release", {"hold_id": hold.id, "request_id": "x"}),
            ("refund", {"move_id": self.account.move_ids[0].id, "request_id": "x"}),
        )
        for method, arguments in calls:
            with self.subTest(method=method):
                status, error = self._call(method, login="stranger", **arguments)
                self.assertEqual((status, error["name"]), (403, "odoo.exceptions.AccessError"))
        self._assert_account(self.account, 100, held=5)

    def test_only_administrators_top_up(self):
        ask = {"number": self._number(), "amount": 5, "request_id": "x"}
        for login in ("seller", "manager"):
            self.assertEqual(self._call("top_up", login=login, **ask)[0], 403)
        self.assertEqual(self._call("top_up", login="loyalty_admin", **ask)[1]["balance"], 105)

    def test_no_method_of_the_engine_can_be_called(self):
        for method in ("_charge", "_lock", "_post", "_adjust", "_writer"):
            status, _error = self._call(
                method, login="loyalty_admin", model="loyalty.ledger", account=self.account.id
            )
            self.assertIn(status, (403, 404, 422))
        self.assertEqual(self.account.version, 1)
