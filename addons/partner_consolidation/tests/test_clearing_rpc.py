from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestClearingRpc(ClearingCommon, HttpCase):
    """What the web client of a clerk may ask the server for, and what not."""

    def setUp(self):
        super().setUp()
        self.item = self._spend(self.shop, self.bistro, 30)
        self.clearing = self._clear()
        self.draft = self._draft()
        self.open_item = self._spend(self.shop, self.bistro, 7)

    def _call(self, user, model, method, *args, **kwargs):
        user.password = user.login
        self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def _assert_refused(self, user, model, method, *args, **kwargs):
        with (
            self.subTest(f"{model}.{method}", user=user.login),
            mute_logger("odoo.http"),
            self.assertRaises(JsonRpcException),
        ):
            self._call(user, model, method, *args, **kwargs)

    def test_clerks_get_their_lines_with_the_names_of_both_sides(self):
        names = {"debtor_id": {"fields": {"display_name": {}}}, "amount": {}}
        names["creditor_id"] = names["debtor_id"]
        rows = self._call(self.bistro_clerk, "consolidation.item", "web_search_read", [], names)[
            "records"
        ]
        self.assertEqual(
            {(row["debtor_id"]["display_name"], row["amount"]) for row in rows},
            {("Corner Shop", 30), ("Corner Shop", 7)},
        )

    def test_clerks_get_the_matrix_of_their_own_side(self):
        self._spend(self.bistro, self.deli, 4)
        sets = [[], ["debtor_id", "creditor_id"]]
        for user, expected in ((self.shop_clerk, 37), (self.deli_clerk, 4), (self.operator, 41)):
            total, _pairs = self._call(
                user,
                "consolidation.position",
                "formatted_read_grouping_sets",
                [],
                sets,
                aggregates=["amount:sum"],
            )
            with self.subTest(user.login):
                self.assertEqual(total[0]["amount:sum"], expected)

    def test_clerks_of_a_third_one_get_nothing_by_any_way_of_reading(self):
        for model, record in (
            ("consolidation.clearing", self.clearing),
            ("consolidation.clearing.pair", self.clearing.sudo().pair_ids),
            ("consolidation.payment", self.clearing.sudo().payment_ids),
            ("consolidation.item", self.item),
        ):
            user = self.deli_clerk
            self.assertFalse(self._call(user, model, "search_read", []))
            self.assertFalse(self._call(user, model, "name_search", ""))
            for method, args in (
                ("read", [record.ids]),
                ("web_read", [record.ids, {"display_name": {}}]),
                ("export_data", [record.ids, ["id"]]),
            ):
                self._assert_refused(user, model, method, *args)

    def test_clerks_cannot_close_reverse_or_write(self):
        user = self.shop_clerk
        for method in ("action_close", "action_reverse", "unlink"):
            self._assert_refused(user, "consolidation.clearing", method, self.draft.ids)
        for model, ids in (
            ("consolidation.clearing", self.clearing.ids),
            ("consolidation.clearing.pair", self.clearing.sudo().pair_ids.ids),
            ("consolidation.payment", self.clearing.sudo().payment_ids.ids),
            ("consolidation.item", self.open_item.ids),
        ):
            for context in ({}, {"loyalty_ledger": True}):
                vals = {"amount": 1} if model != "consolidation.clearing" else {"state": "draft"}
                self._assert_refused(user, model, "write", ids, vals, context=context)
                self._assert_refused(user, model, "create", vals, context=context)

    def test_the_engines_own_methods_are_nobodys(self):
        for model, method in (
            ("consolidation.clearing", "_close"),
            ("consolidation.clearing", "_reverse"),
            ("consolidation.clearing", "_book_missing"),
            ("consolidation.payment", "_mark"),
            ("consolidation.item", "_dispute"),
            ("consolidation.item", "_get_positions"),
            ("consolidation.statement", "_open"),
        ):
            self._assert_refused(self.operator, model, method, [])

    def test_a_token_from_outside_does_not_write_a_closed_period(self):
        self._assert_refused(
            self.operator,
            "consolidation.clearing",
            "write",
            self.clearing.ids,
            {"state": "draft"},
            context={"loyalty_ledger": True},
        )
