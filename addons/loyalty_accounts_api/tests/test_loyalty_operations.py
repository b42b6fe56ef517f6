import json
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from odoo.addons.integrator_api.tests.common import IntegratorCommon
from odoo.addons.loyalty_accounts.const import NUMBER_POLICY


@tagged("post_install", "-at_install")
class TestLoyaltyOperations(IntegratorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["loyalty.account"].create({"name": "Gold", "discount": 10})
        cls.number = cls.account.number
        cls.env["loyalty.ledger"]._top_up(cls.account, 100)
        cls.other_company = cls.env["res.company"].create({"name": "Harbour Bistro"})
        foreign = cls.env["loyalty.account"].with_company(cls.other_company)
        cls.foreign = foreign.create({"name": "Foreign"})
        cls.foreign_move = cls.env["loyalty.ledger"]._top_up(
            cls.foreign, 50, company=cls.other_company
        )
        cls.env.flush_all()

    def _charge(self, amount, request_id, **arguments):
        arguments = {"number": self.number, "amount": amount, **arguments}
        return self._call("loyalty_charge", request_id=request_id, **arguments)

    # === READING === #

    def test_a_card_is_found_with_its_terms_and_its_credit_as_text(self):
        found = self._call("loyalty_find", number=f" {self.number} ")
        self.assertEqual(
            (found["number"], found["state"], found["discount"], found["available"]),
            (self.number, "usable", "10", "100.00"),
        )
        self.assertEqual((found["expiry_date"], found["debt"]), ("", "0.00"))

    def test_the_balance_is_the_same_over_both_interfaces(self):
        answer = self._call("loyalty_balance", number=self.number)
        self.assertEqual(answer["balance"], "100.00")
        self.assertEqual(
            answer, self._xmlrpc("integrator.api", "loyalty_balance", number=self.number)
        )

    def test_a_card_of_another_company_is_an_unknown_card(self):
        for number in ("NO-SUCH-1", self.foreign.number):
            code = self._refused("loyalty_find", number=number)
            self.assertEqual(code, "account_not_found")

    def test_an_unknown_number_counts_as_the_integrators_guess(self):
        attempts = type(self.env["loyalty.attempt"])
        with patch.object(attempts, "_take", return_value=(True, None)) as take:
            self._refused("loyalty_balance", number="GUESS-1")
        subject = f"number/{self.client.user_id.id}/{self.company.id}"
        take.assert_called_once_with(subject, NUMBER_POLICY)

    # === MOVING CREDIT === #

    def test_charge_hold_capture_release_refund_round_trip(self):
        paid = self._charge("10.50", "charge-0001")
        self.assertEqual((paid["amount"], paid["balance"]), ("-10.50", "89.50"))
        held = self._call(
            "loyalty_hold",
            number=self.number,
            amount="50",
            minutes=5,
            request_id="hold-0001",
        )
        self.assertEqual((held["held"], held["available"]), ("50.00", "39.50"))
        part = self._call("loyalty_capture", hold=held["hold"], amount="20", request_id="capture-1")
        self.assertEqual((part["balance"], part["held"]), ("69.50", "30.00"))
        back = self._call("loyalty_release", hold=held["hold"], request_id="release-1")
        self.assertEqual(back["held"], "0.00")
        refunded = self._call("loyalty_refund", move=paid["move"], request_id="refund-01")
        self.assertEqual(refunded["balance"], "80.00")
        self.assertEqual(self.account._verify_ledger(), [])

    def test_a_release_of_nothing_says_so(self):
        held = self._call(
            "loyalty_hold", number=self.number, amount="5", minutes=5, request_id="hold-0001"
        )
        self._call("loyalty_capture", hold=held["hold"], amount="5", request_id="capture-1")
        answer = self._call("loyalty_release", hold=held["hold"], request_id="release-1")
        self.assertEqual(answer, {"move": 0, "hold": held["hold"]})

    def test_the_same_request_gets_the_first_answer(self):
        first = self._charge("10", "charge-0001")
        self._charge("5", "charge-0002")
        self.assertEqual(self._charge("10", "charge-0001"), first)
        self.assertEqual(self.account.balance, 85)

    def test_a_hold_asked_for_again_is_the_same_hold(self):
        request = {"number": self.number, "amount": "5", "minutes": 5, "request_id": "hold-0001"}
        self.assertEqual(
            self._call("loyalty_hold", **request), self._call("loyalty_hold", **request)
        )

    def test_a_request_id_for_another_request_is_refused(self):
        self._charge("10", "charge-0001")
        for operation, arguments in (
            ("loyalty_charge", {"amount": "11"}),
            ("loyalty_hold", {"amount": "10", "minutes": 5}),
            ("loyalty_top_up", {"amount": "10"}),
        ):
            code = self._refused(
                operation, number=self.number, request_id="charge-0001", **arguments
            )
            self.assertEqual(code, "request_id_reused")
        self.assertEqual(self.account.balance, 90)

    def test_request_ids_count_for_each_integrator(self):
        self._charge("10", "charge-0001")
        _client, key = self._issue("Another")
        self._charge("20", "charge-0001", key=key)
        self.assertEqual(self.account.balance, 70)

    def test_more_than_there_is_cannot_be_charged(self):
        for operation, more in (("loyalty_charge", {}), ("loyalty_hold", {"minutes": 5})):
            code = self._refused(
                operation, number=self.number, amount="100.01", request_id="charge-0001", **more
            )
            self.assertEqual(code, "insufficient_credit")
        self.assertEqual((self.account.balance, self.account.held), (100, 0))

    def test_bad_arguments_are_refused_before_anything_is_touched(self):
        good = {"number": self.number, "amount": "1", "request_id": "charge-0001"}
        for bad in (
            {"amount": 1},
            {"amount": 1.0},
            {"amount": "-1"},
            {"amount": "0.00"},
            {"amount": "NaN"},
            {"amount": None},
            {"number": ""},
            {"number": "x" * 65},
            {"number": ["1"]},
            {"request_id": "short"},
            {"request_id": "x" * 65},
            {"request_id": "line\nbreak-1"},
            {"bill": "x"},
            {"pin": 1234},
        ):
            with self.subTest(bad):
                code = self._refused("loyalty_charge", **{**good, **bad})
                self.assertEqual(code, "invalid_argument")
        code = self._refused("loyalty_charge", **{**good, "amount": "0.001"})
        self.assertEqual(code, "invalid_value")
        self.assertEqual(self.account.version, 1)

    def test_what_took_place_elsewhere_cannot_be_given_back(self):
        code = self._refused("loyalty_refund", move=self.foreign_move.id, request_id="refund-0001")
        self.assertEqual(code, "movement_refused")

    def test_credit_of_a_document_is_changed_there(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Anna"}).id}
        )
        move = self.env["loyalty.ledger"]._charge(self.account, 10, document=order)
        self.env.flush_all()
        code = self._refused("loyalty_refund", move=move.id, request_id="refund-0001")
        self.assertEqual(code, "movement_refused")

    # === FAMILIES === #

    def test_a_cashiers_key_makes_no_credit(self):
        family = self.env.ref("loyalty_accounts_api.family_loyalty")
        _client, key = self._issue("Till", family)
        code = self._refused(
            "loyalty_top_up", key, number=self.number, amount="1", request_id="top-up-0001"
        )
        self.assertEqual(code, "not_permitted")
        names = [spec["name"] for spec in self._call("describe", key)["operations"]]
        self.assertIn("loyalty_charge", names)
        self.assertNotIn("loyalty_top_up", names)

    def test_a_key_without_families_finds_no_card(self):
        _client, key = self._issue("Nobody", self.env["integrator.family"])
        code = self._refused("loyalty_balance", key, number=self.number)
        self.assertEqual(code, "not_permitted")

    def test_credit_is_entered_with_the_family_for_it(self):
        answer = self._call(
            "loyalty_top_up", number=self.number, amount="5", request_id="top-up-0001"
        )
        self.assertEqual((answer["kind"], answer["balance"]), ("top_up", "105.00"))

    def test_a_seller_has_the_rights_they_had(self):
        seller = new_test_user(self.env, "seller", "loyalty_accounts.group_user")
        found = self.env["loyalty.api"].with_user(seller).find(self.number)
        self.assertEqual(found["balance"], 100)
        self.assertNotIn("digits", found)

    # === STATEMENT === #

    def test_a_statement_goes_on_where_it_ended_and_repeats_nothing(self):
        for step in range(3):
            self._charge("1", f"charge-000{step}")
        first = self._call("loyalty_statement", number=self.number, limit=3)
        self.assertEqual([move["seq"] for move in first["moves"]], [1, 2, 3])
        self.assertTrue(first["more"])
        rest = self._call("loyalty_statement", number=self.number, since=first["next"])
        self.assertEqual([move["amount"] for move in rest["moves"]], ["-1.00"])
        self.assertFalse(rest["more"])
        again = self._call("loyalty_statement", number=self.number, since=rest["next"])
        self.assertEqual((again["moves"], again["next"]), ([], rest["next"]))

    def test_since_is_checked(self):
        for bad in ("x", "-1", "1.5", "9" * 20, "٣"):
            code = self._refused("loyalty_statement", number=self.number, since=bad)
            self.assertEqual(code, "invalid_argument")

    # === EVENTS === #

    def test_a_movement_is_an_event_for_who_listens(self):
        hook = self.env["integrator.webhook"].create(
            {
                "client_id": self.client.id,
                "url": "https://shop.example/",
                "topic_ids": self.env.ref("loyalty_accounts_api.topic_credit_moved").ids,
            }
        )
        paid = self._charge("10", "charge-0001")
        self._refused("loyalty_charge", number=self.number, amount="999", request_id="charge-0002")
        self.env["loyalty.ledger"]._charge(self.foreign, 5, company=self.other_company)
        (event,) = hook.event_ids
        data = json.loads(event.body)["data"]
        self.assertEqual(
            (data["move"], data["amount"], data["balance"]), (paid["move"], "-10.00", "90.00")
        )

    # === ORDERS === #

    def test_an_order_is_paired_and_discounted(self):
        order = self._create_order()
        answer = self._call("loyalty_pair", order=order.name, number=self.number)
        self.assertEqual((answer["order"], answer["total"]), (order.name, "90.00"))
        self.assertEqual(order.loyalty_account_id, self.account)

    def test_an_order_that_is_confirmed_or_unknown_is_not_paired(self):
        order = self._create_order()
        order.action_confirm()
        self.env.flush_all()
        code = self._refused("loyalty_pair", order=order.name, number=self.number)
        self.assertEqual(code, "refused")
        code = self._refused("loyalty_pair", order="S-NO-SUCH", number=self.number)
        self.assertEqual(code, "not_found")
        self.assertFalse(order.loyalty_account_id)

    def _create_order(self):
        product = self.env["product.product"].create(
            {"name": "Vase", "list_price": 100, "taxes_id": False}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Anna"}).id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        self.env.flush_all()
        return order
