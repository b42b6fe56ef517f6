from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..exceptions import AccountNotFound, AccountUnusable, InvalidValue
from .common import LoyaltyCommon


class SaleLoyaltyCommon(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.product = cls.env["product.product"].create(
            {"name": "Chair", "list_price": 100, "taxes_id": False, "type": "consu"}
        )
        cls.excluded = cls.env["product.product"].create(
            {
                "name": "Stamp",
                "list_price": 10,
                "taxes_id": False,
                "type": "consu",
                "loyalty_discount_policy": "no",
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "List", "currency_id": cls.company.currency_id.id}
        )
        cls.account.write({"discount": 10, "credit_rate": 0.05})

    def _create_order(self, *products, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 1})
                    for product in products or self.product
                ],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestSaleOrder(SaleLoyaltyCommon):
    # === PAIRING === #

    def test_scanning_or_typing_the_number_pairs_the_account(self):
        order = self._create_order()
        with Form(order.with_user(self.seller)) as form:
            form.loyalty_scan = f"  {self.account.number.lower()} "
            self.assertEqual(form.loyalty_account_id, self.account)
            self.assertFalse(form.loyalty_scan)
        self.assertEqual(order.order_line.discount, 10)

    def test_pairing_by_number_lowers_the_stored_total(self):
        order = self._create_order()
        self.assertEqual(order.amount_total, 100)
        order.with_user(self.seller).action_pair_loyalty_account(self.account.number)
        self.env.flush_all()
        order.invalidate_recordset()
        self.assertEqual(order.amount_total, 90)

    def test_scan_on_an_empty_quotation_fills_in_the_customer(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.loyalty_scan = self.account.number
            self.assertEqual(form.partner_id, self.partner)

    def test_scan_of_an_unusable_card_warns_and_pairs_nothing(self):
        order = self._create_order()
        self.account.blocked = True
        order.loyalty_scan = self.account.number
        answer = order._onchange_loyalty_scan()
        self.assertIn("blocked", answer["warning"]["message"])
        self.assertFalse(order.loyalty_account_id)
        order.loyalty_scan = "UNKNOWN-1"
        self.assertIn("No account", order._onchange_loyalty_scan()["warning"]["message"])

    def test_pairing_over_rpc_refuses_unusable_accounts(self):
        order = self._create_order()
        for values, error in (
            ({"blocked": True}, AccountUnusable),
            ({"blocked": False, "expiry_date": "2020-01-01"}, AccountUnusable),
            ({"expiry_date": False, "active": False}, AccountUnusable),
        ):
            self.account.write(values)
            with self.assertRaises(error):
                order.action_pair_loyalty_account(self.account.number)
            with self.assertRaises(error), self.cr.savepoint():
                order.loyalty_account_id = self.account
            order.invalidate_recordset()
        with self.assertRaises(AccountNotFound):
            order.action_pair_loyalty_account("UNKNOWN-1")
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccountNotFound):
            order.action_pair_loyalty_account(foreign.number)
        with self.assertRaises(AccountUnusable), self.cr.savepoint():
            order.loyalty_account_id = foreign
        order.invalidate_recordset()
        self.assertFalse(order.loyalty_account_id)

    def test_choosing_an_unusable_account_warns_at_once(self):
        order = self._create_order()
        self.account.expiry_date = "2020-01-01"
        draft = order.new({"loyalty_account_id": self.account.id}, origin=order)
        answer = draft._onchange_loyalty_account_id()
        self.assertIn("expired", answer["warning"]["message"])
        self.assertFalse(draft.loyalty_account_id)

    def test_another_account_on_a_confirmed_order_is_refused(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        other = self._create_account()
        for value in (other.id, False):
            with self.assertRaisesRegex(UserError, "is no quotation"):
                order.write({"loyalty_account_id": value})
        with self.assertRaises(UserError):
            order.action_unpair_loyalty_account()
        order.write({"loyalty_account_id": self.account.id})

    # === EARNING === #

    def test_confirmation_credits_the_account_by_its_rate(self):
        order = self._create_order(self.product, self.excluded, loyalty_account_id=self.account.id)
        self.assertEqual(order.amount_total, 100)
        self.assertEqual(order.loyalty_earned, 5)
        order.with_user(self.seller).action_confirm()
        move = self.account.move_ids
        self.assertEqual((move.kind, move.amount, move.document_name), ("earn", 5, order.name))
        self.assertEqual(move.user_id, self.seller)
        self.assertEqual(order.loyalty_earned, 5)
        self._assert_account(self.account, 5)

    def test_earning_is_rounded_half_up_once_per_document(self):
        self.product.list_price = 99.9
        self.account.write({"discount": 0, "credit_rate": 0.05})
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        self._assert_account(self.account, 5)

    def test_order_without_rate_or_account_earns_nothing(self):
        self.account.credit_rate = 0
        self._create_order(loyalty_account_id=self.account.id).action_confirm()
        self._create_order().action_confirm()
        self.assertFalse(self.account.version)

    def test_cancellation_takes_the_earned_credit_back(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        order._action_cancel()
        self._assert_account(self.account, 0)
        self.assertEqual(order.loyalty_earned, 0)

    def test_cancellation_after_spending_leaves_a_debt(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        self.ledger._charge(self.account, 3)
        order._action_cancel()
        self._assert_account(self.account, 0, debt=3)

    def test_order_confirmed_again_earns_again(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        for _time in range(3):
            order.action_confirm()
            self._assert_account(self.account, 4.5)
            order._action_cancel()
            self._assert_account(self.account, 0)
            order.action_draft()

    def test_order_set_back_by_a_write_gives_its_credit_back(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        for _time in range(3):
            order.action_confirm()
            self._assert_account(self.account, 4.5)
            order.write({"state": "draft"})
            self._assert_account(self.account, 0)

    def test_confirmed_order_that_changes_earns_what_its_total_says(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        order.order_line.product_uom_qty = 3
        self._assert_account(self.account, 13.5)
        order.order_line.product_uom_qty = 0.5
        self._assert_account(self.account, 2.25)
        order.order_line = [(0, 0, {"product_id": self.product.id})]
        self._assert_account(self.account, 6.75)
        order.order_line[-1].price_unit = 0
        self._assert_account(self.account, 2.25)
        order._action_cancel()
        self._assert_account(self.account, 0)

    def test_nobody_sets_the_rate_or_the_total_that_an_order_earns_by(self):
        orders = self.env["sale.order"].with_user(self.seller)
        values = {
            "partner_id": self.partner.id,
            "loyalty_account_id": self.account.id,
            "order_line": [(0, 0, {"product_id": self.product.id})],
        }
        forged = orders.with_context(default_state="sale", default_loyalty_credit_rate=100)
        order = forged.create({**values, "loyalty_credit_rate": 100})
        order.order_line.product_uom_qty = 2
        self.assertFalse(self.account.version)
        order = orders.create(values)
        for user_order in (order, order.sudo()):
            with self.assertRaises(AccessError):
                user_order.write({"loyalty_credit_rate": 100})
        order.write({"amount_total": 1_000_000})
        order.action_confirm()
        self._assert_account(self.account, 4.5)

    def test_rate_of_an_order_that_did_not_earn_is_none(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        self.account.blocked = True
        order.sudo().action_confirm()
        self.account.blocked = False
        order.order_line.product_uom_qty = 2
        self.assertFalse(self.account.version)

    def test_lines_changed_in_one_save_are_one_change(self):
        order = self._create_order(self.product, self.product, loyalty_account_id=self.account.id)
        order.order_line[1].product_uom_qty = 0
        order.action_confirm()
        self.account.blocked = True
        first, second = order.order_line
        swap = [(1, first.id, {"product_uom_qty": 0}), (1, second.id, {"product_uom_qty": 1})]
        order.with_user(self.seller).write({"order_line": swap})
        self._assert_account(self.account, 4.5)
        self.account.blocked = False
        more = [(1, line.id, {"product_uom_qty": 5}) for line in order.order_line]
        order.with_user(self.seller).write({"order_line": more})
        self._assert_account(self.account, 45)
        self.assertEqual(self.account.version, 2)

    def test_context_over_rpc_does_not_hold_the_adjustment_back(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        order.order_line.with_context(loyalty_batch=True).product_uom_qty = 0
        self._assert_account(self.account, 0)

    def test_change_of_a_confirmed_order_earns_by_the_rate_of_its_confirmation(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        self.account.credit_rate = 0.5
        order.order_line.product_uom_qty = 2
        self._assert_account(self.account, 9)

    def test_change_of_a_confirmed_order_with_a_card_blocked_since_is_noted(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        self.account.blocked = True
        order.order_line.product_uom_qty = 2
        self._assert_account(self.account, 4.5)
        self.assertIn("No credit was earned", order.message_ids[0].body)
        order.order_line.product_uom_qty = 0
        self._assert_account(self.account, 0)

    def test_change_of_a_quotation_or_of_another_field_moves_nothing(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.order_line.product_uom_qty = 5
        self.assertFalse(self.account.version)
        order.action_confirm()
        order.order_line.name = "Another text"
        self.assertEqual(self.account.version, 1)

    def test_customer_online_is_not_turned_away_when_the_ledger_refuses(self):
        self.ledger._top_up(self.account, 999_999_999)
        order = self._create_order(loyalty_account_id=self.account.id)
        with self.assertRaises(InvalidValue), self.cr.savepoint():
            order.with_user(self.seller).action_confirm()
        order.invalidate_recordset()
        order.sudo().action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("No credit was earned", order.message_ids[0].body)

    def test_cancelling_twice_takes_back_once(self):
        self.ledger._top_up(self.account, 20)
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        order._action_cancel()
        order._action_cancel()
        self._assert_account(self.account, 20)

    def test_batch_confirmation_credits_each_account(self):
        other = self._create_account(credit_rate=0.1)
        orders = self._create_order(loyalty_account_id=other.id)
        orders += self._create_order(loyalty_account_id=self.account.id)
        orders += self._create_order(loyalty_account_id=self.account.id)
        orders.action_confirm()
        self._assert_account(self.account, 9)
        self._assert_account(other, 10)
        orders._action_cancel()
        self._assert_account(self.account, 0)

    def test_seller_cannot_confirm_with_a_card_blocked_since(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        self.account.write({"blocked": True, "block_reason": "reported lost"})
        with self.assertRaisesRegex(UserError, "reported lost"):
            order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "draft")

    def test_customer_online_is_not_turned_away_for_an_expired_card(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        self.account.expiry_date = "2020-01-01"
        order.sudo().action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.account.version)
        self.assertIn("No credit was earned", order.message_ids[0].body)

    def test_salesperson_without_loyalty_rights_confirms_and_cancels(self):
        user = self._create_user("clerk", "sales_team.group_sale_salesman_all_leads")
        user.group_ids -= self.env.ref("loyalty_accounts.group_user")
        order = self._create_order(loyalty_account_id=self.account.id)
        order.with_user(user).action_confirm()
        self._assert_account(self.account, 4.5)
        order.with_user(user)._action_cancel()
        self._assert_account(self.account, 0)

    def test_order_in_another_currency_earns_at_its_dates_rate(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TLR",
                "symbol": "T",
                "rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 4.0})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Taler", "currency_id": currency.id}
        )
        order = self._create_order(loyalty_account_id=self.account.id, pricelist_id=pricelist.id)
        self.assertEqual((order.currency_id, order.amount_total), (currency, 360))
        order.action_confirm()
        self._assert_account(self.account, 4.5)

    # === DOCUMENTS === #

    def test_copy_of_an_order_has_no_card(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        copy = order.copy()
        self.assertFalse(copy.loyalty_account_id)
        self.assertEqual((copy.order_line.discount, copy.amount_total), (0, 100))
        order.loyalty_account_id = False
        order.order_line.discount = 7
        self.assertEqual(order.copy().order_line.discount, 7, "a typed discount is copied")

    def test_quotation_and_portal_name_the_card_and_its_discount(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("sale.report_saleorder", order.ids)
        text = html.decode()
        self.assertIn("Gold card", text)
        self.assertIn("Gold card 10%", text)

    def test_card_of_an_invoice_is_not_chosen_by_hand(self):
        user = self._create_user(
            "biller", "account.group_account_invoice,loyalty_accounts.group_user"
        )
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company)
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        foreign = self._create_account(company_id=self.other_company.id)
        for card in (self.account, foreign):
            with self.assertRaises(AccessError):
                invoice.with_user(user).write({"loyalty_account_id": card.id})
        with self.assertRaises(ValidationError):
            invoice.sudo().write({"loyalty_account_id": foreign.id})

    def test_invoice_names_the_account(self):
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company)
        order = self._create_order(loyalty_account_id=self.account.id)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        self.assertEqual(invoice.loyalty_account_name, "Gold card")
        self.assertEqual(invoice.invoice_line_ids.discount, 10)

    def test_orders_with_different_cards_get_invoices_of_their_own(self):
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company)
        orders = self._create_order(loyalty_account_id=self.account.id)
        orders += self._create_order(loyalty_account_id=self._create_account().id)
        orders.action_confirm()
        orders.order_line.qty_delivered = 1
        self.assertEqual(len(orders._create_invoices()), 2)
