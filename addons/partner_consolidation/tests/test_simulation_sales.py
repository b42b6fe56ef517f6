from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common_simulation import SimulationCommon


@tagged("post_install", "-at_install")
class TestSimulationSales(SimulationCommon):
    """Which sales are replayed: ``_iter_sales`` gives days and totals in units of the currency."""

    def _get_sales(self):
        record = self._simulate(run=False, months=2)
        record.sudo().write(record._prepare_period_vals())
        sales = list(record._iter_sales(record.date_from))
        record._close_sales()
        return sales

    def test_confirmed_orders_of_the_company_in_whole_months_count(self):
        self._sell("2026-09-01 00:00:00", 1)
        self._sell("2026-10-31 23:59:59", 2)
        self._sell("2026-08-31 23:59:59", 4)
        self._sell("2026-11-01 00:00:00", 8)
        self._sell("2026-10-02 12:00:00", 16, state="draft")
        self._sell("2026-10-03 12:00:00", 32, state="cancel")
        self._sell("2026-10-04 12:00:00", 64, company=self.shop)
        self.assertEqual(self._get_sales(), [(date(2026, 9, 1), 100), (date(2026, 10, 31), 200)])

    def test_days_are_those_of_the_establishment(self):
        self.bistro.partner_id.tz = "Pacific/Auckland"
        self._sell("2026-08-31 12:00:00", 1)  # midnight, the first of September
        self._sell("2026-08-31 11:59:59", 2)
        self._sell("2026-10-31 10:59:59", 4)  # a second to November, summer time by then
        self._sell("2026-10-31 11:00:00", 8)
        self.assertEqual(self._get_sales(), [(date(2026, 9, 1), 100), (date(2026, 10, 31), 400)])

    def test_credit_that_is_sold_does_not_count(self):
        top_up = self.env["product.product"].create(
            {
                "name": "Top-up",
                "type": "service",
                "list_price": 30,
                "taxes_id": False,
                "loyalty_credit_product": "top_up",
            }
        )
        line = {"product_id": top_up.id, "product_uom_qty": 1, "price_unit": 30}
        order = self._sell("2026-10-05 12:00:00", 20, state="draft")
        order.write({"order_line": [Command.create({**line, "tax_ids": [Command.clear()]})]})
        self.assertEqual(order.amount_total, 50)
        order.state = "sale"
        order.date_order = "2026-10-05 12:00:00"
        self.assertEqual(self._get_sales(), [(date(2026, 10, 5), 2000)])

    def test_other_currencies_count_at_the_rate_of_the_order(self):
        currency = self.env["res.currency"].create({"name": "XSM", "symbol": "x", "rounding": 0.01})
        rates = self.env["res.currency.rate"]
        rates.create(
            {"currency_id": currency.id, "name": "2026-01-01", "rate": 4, "company_id": False}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": currency.id, "company_id": False}
        )
        order = self._sell("2026-10-05 12:00:00", 20, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        rate = order.currency_rate
        self.assertNotEqual(rate, 1)
        self.assertEqual(self._get_sales(), [(date(2026, 10, 5), round(2000 / rate))])

    def test_what_came_back_is_taken_off_and_what_was_written_anew_is_not(self):
        loyalty = self.env["loyalty.account"]
        self.assertTrue(loyalty.has_access("read"))
        self._install_chart()
        returned, again, whole = (self._sell(f"2026-10-0{day} 12:00:00", 100) for day in (5, 6, 7))
        for order in (returned, again, whole):
            self._invoice(order)
        self._credit(returned.invoice_ids, 30)
        self._credit(again.invoice_ids, 100)
        self._invoice(again)
        self.assertEqual([total for _day, total in self._get_sales()], [7000, 10000, 10000])

    def test_returned_goods_on_an_order_of_their_own_are_below_zero(self):
        self._sell("2026-10-05 12:00:00", -15)
        self.assertEqual(self._get_sales(), [(date(2026, 10, 5), -1500)])

    def _install_chart(self):
        country = self.env.ref("base.us")
        country.sudo().currency_id = self.bistro.currency_id
        self.bistro.account_fiscal_country_id = country
        self.env["account.chart.template"].try_loading("generic_coa", self.bistro, False)

    def _invoice(self, order):
        for line in order.order_line:
            line.qty_delivered = line.product_uom_qty
        invoice = order.with_company(self.bistro)._create_invoices()
        invoice.action_post()
        return invoice

    def _credit(self, invoice, price):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Came back"})
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        credit.invoice_line_ids.price_unit = price
        credit.action_post()
