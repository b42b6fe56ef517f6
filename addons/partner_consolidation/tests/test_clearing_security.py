from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_clearing import ClearingCommon

MODELS = (
    "consolidation.clearing",
    "consolidation.clearing.pair",
    "consolidation.payment",
    "consolidation.position",
    "consolidation.item",
)


@tagged("post_install", "-at_install")
class TestClearingSecurity(ClearingCommon):
    """Who sees, closes, reverses and settles what; lowest rights first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "a-seller", groups="loyalty_accounts.group_user")

    def setUp(self):
        super().setUp()
        self._spend(self.shop, self.bistro, 30)
        self.clearing = self._clear()
        self._spend(self.shop, self.bistro, 7)
        self.open_item = self.env["consolidation.item"].search([("clearing_id", "=", False)])

    def _as(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def test_sellers_see_nothing(self):
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])

    def test_clerks_of_both_sides_see_their_own(self):
        for user in (self.shop_clerk, self.bistro_clerk):
            for model in MODELS:
                with self.subTest(model, user=user.login):
                    self.assertTrue(self.env[model].with_user(user).search([]).read())

    def test_clerks_of_a_third_one_see_nothing(self):
        for model in MODELS:
            with self.subTest(model):
                records = self.env[model].with_user(self.deli_clerk)
                self.assertFalse(records.search([]))
                self.assertFalse(records._read_group([], [], ["__count"])[0][0])

    def test_records_of_others_cannot_be_read_by_their_id(self):
        clearing = self.clearing.sudo()
        for records in (clearing, clearing.pair_ids, clearing.payment_ids, self.open_item):
            with self.subTest(records._name), self.assertRaises(AccessError):
                self._as(self.deli_clerk, records).read()

    def test_clerks_see_of_a_clearing_only_their_own_pairs_and_payments(self):
        self._spend(self.bistro, self.deli, 11)
        clearing = self._clear()
        own = self._as(self.shop_clerk, clearing)
        self.assertEqual((len(clearing.pair_ids), len(clearing.payment_ids)), (2, 2))
        self.env.invalidate_all()
        self.assertEqual(own.entry_count, 0)
        self.assertEqual(own.pair_ids.debtor_id, self.shop)
        self.assertEqual(own.payment_ids.payer_id, self.shop)
        self.assertNotIn("Old Deli", own.overview)
        with self.assertRaises(AccessError):
            own.read(["party_ids"])
        self.assertEqual(own.item_count, 1)

    def test_drafts_are_for_who_clears(self):
        draft = self._draft()
        self.assertTrue(draft.overview)
        for user in (self.shop_clerk, self.deli_clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(user, draft).read(["overview"])

    def test_only_who_clears_creates_closes_and_reverses(self):
        clearings = self.env["consolidation.clearing"].with_user(self.shop_clerk)
        with self.assertRaises(AccessError):
            clearings.create({"date_to": "2026-01-31"})
        for record in (self._draft(), self.clearing):
            for method in ("action_close", "action_reverse", "unlink"):
                with self.subTest(method, state=record.state), self.assertRaises(AccessError):
                    getattr(self._as(self.shop_clerk, record), method)()
        with self.assertRaises(AccessError):
            self.env["consolidation.clearing.reverse"].with_user(self.shop_clerk).create(
                {"clearing_id": self.clearing.id, "reason": "x"}
            )

    def test_who_clears_chooses_among_all_establishments(self):
        self.assertFalse(self.operator.company_ids & self.companies)
        with Form(self.env["consolidation.clearing"].with_user(self.operator)) as form:
            form.date_to = fields.Date.today()
            form.currency_id = self.currency
            places = self.env["consolidation.establishment"].with_user(self.operator)
            for name in ("Corner Shop", "Quay Bistro"):
                form.establishment_ids.add(places.browse(places.name_search(name)[0][0]))
        draft = form.record
        self.env.invalidate_all()
        draft = self._as(self.operator, draft)
        (shown,) = draft.web_read({"establishment_ids": {"fields": {"display_name": {}}}})
        names = [place["display_name"] for place in shown["establishment_ids"]]
        self.assertEqual(names, ["Corner Shop", "Quay Bistro"])
        self.assertEqual(draft._get_places(), self.shop | self.bistro)
        self._spend(self.shop, self.deli, 11)
        draft.action_close()
        self.assertEqual(self._payments(draft), {(self.shop, self.bistro): 7})
        with self.assertRaises(AccessError):
            self._as(self.operator, self.shop).read(["name"])

    def test_names_of_all_establishments_are_for_who_clears(self):
        places = self.env["consolidation.establishment"]
        for user in (self.shop_clerk, self.seller):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    places.with_user(user).search([])
                with self.assertRaises(AccessError):
                    self._as(user, self.clearing).read(["establishment_ids"])
        with self.assertRaises(AccessError):
            places.with_user(self.operator).browse(self.shop.id).write({"name": "x"})

    def test_who_clears_reverses_with_a_reason(self):
        action = self.clearing.action_reverse()
        wizard = self.env[action["res_model"]].with_user(self.operator)
        wizard = wizard.with_context(**action["context"]).create({"reason": "wrong day"})
        wizard.action_confirm()
        self.assertEqual(
            (self.clearing.state, self.clearing.reverse_reason), ("reversed", "wrong day")
        )

    def test_nobody_writes_pairs_payments_items_or_bookings(self):
        clearing = self.clearing.sudo()
        for records in (clearing.pair_ids, clearing.payment_ids, self.open_item):
            for user in (self.shop_clerk, self.operator):
                as_user = self._as(user, records)
                with self.subTest(records._name, user=user.login):
                    with self.assertRaises(AccessError):
                        as_user.write({"amount": 1})
                    with self.assertRaises(AccessError):
                        as_user.unlink()
                    with self.assertRaises(AccessError):
                        as_user.create({"amount": 1})
        with self.assertRaises(AccessError):
            self.env["consolidation.booking"].with_user(self.operator).search([])

    def test_the_payee_and_who_clears_say_that_it_is_paid(self):
        payment = self.clearing.sudo().payment_ids
        for user in (self.bistro_clerk, self.operator):
            with self.subTest(user.login):
                self._as(user, payment).action_mark_paid()
                self.assertEqual(payment.state, "settled")
                self._as(user, payment).action_mark_unpaid()
                self.assertEqual(payment.state, "open")

    def test_neither_the_payer_nor_a_third_one_says_that_it_is_paid(self):
        payment = self.clearing.sudo().payment_ids
        for user in (self.shop_clerk, self.deli_clerk):
            for method in ("action_mark_paid", "action_mark_unpaid"):
                with self.subTest(method, user=user.login), self.assertRaises(AccessError):
                    getattr(self._as(user, payment), method)()

    def test_another_company_in_the_context_opens_nothing(self):
        items = self.env["consolidation.item"].with_user(self.deli_clerk)
        with self.assertRaises(AccessError):
            items.with_context(allowed_company_ids=self.shop.ids).search([])
