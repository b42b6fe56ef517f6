from odoo import Command
from odoo.tests import TransactionCase, tagged

from .settling import SettlingCase

#: Shop's VAT mode, and whether the consignor is registered: every way in which a bill is written.
VAT_WAYS = (("margin", False), ("agency", False), ("agency", True))


class CurrencyCase(SettlingCase):
    """Shares that do not come out even, in a company with taxes of 19 and 7 percent.

    :cvar currency_name: its currency
    :cvar step: what one of the currency's smallest unit is
    """

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", cls.currency_name)])
        currency.active = True
        company = cls.env["res.company"].create({"name": "Abroad", "currency_id": currency.id})
        cls.env.user.company_ids += company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        company.currency_id = currency
        cls.company = company.with_env(cls.env)
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.taxes = cls.env["account.tax"].create(
            [
                {
                    "name": f"{rate} {use}",
                    "amount": rate,
                    "type_tax_use": use,
                    "price_include_override": included,
                    "company_id": company.id,
                }
                for rate, use, included in (
                    (19, "sale", "tax_included"),
                    (7, "sale", "tax_included"),
                    (19, "purchase", "tax_excluded"),
                )
            ]
        )
        cls.shop = cls._create_shop(
            "60001",
            "Abroad",
            company_id=company.id,
            share=33.33,
            margin_vat_rate=19,
            sale_tax_id=cls.taxes[0].id,
            bill_tax_id=cls.taxes[2].id,
        )

    def _sell_and_settle(self, vat_mode, is_registered):
        """Sell three articles with two taxes in one order with a discount; return the settlement."""
        self.shop.vat_mode = vat_mode
        consignor = self._create_consignor("Uneven", is_vat_registered=is_registered)
        articles = self._create_stock(
            consignor,
            prices=(
                round(1234 * self.step, 3),
                round(777 * self.step, 3),
                round(101 * self.step, 3),
            ),
        )
        if vat_mode == "agency":
            articles[1].product_id.taxes_id = self.taxes[1]
        order = self._sell(articles, deliver=False)
        bargain = self.env["product.product"].create({"name": "Bargain", "type": "service"})
        order.order_line = [
            Command.create(
                {
                    "product_id": bargain.id,
                    "price_unit": round(-100 * self.step, 3),
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        self._deliver(order.picking_ids)
        self.assertAlmostEqual(sum(articles.sale_ids.mapped("amount")), order.amount_total)
        return articles, self._settle(consignor)

    def _check_sums(self, articles, settlement):
        currency = self.company.currency_id
        for sale in articles.sale_ids:
            base = sale.amount_untaxed if settlement.shop_id.vat_mode == "agency" else sale.amount
            self.assertFalse(
                currency.compare_amounts(sale.consignor_amount + sale.commission, base)
            )
            for amount in (sale.amount, sale.amount_untaxed, sale.consignor_amount):
                self.assertEqual(amount, currency.round(amount))
        lines = sum(settlement.line_ids.mapped("amount")) + settlement.amount_tax
        self.assertFalse(currency.compare_amounts(lines, settlement.amount_total))
        settlement.action_confirm()
        self.assertFalse(
            currency.compare_amounts(settlement.bill_id.amount_total, settlement.amount_total)
        )
        self.assertFalse(
            currency.compare_amounts(settlement.bill_id.amount_tax, settlement.amount_tax)
        )

    def test_statement_and_bill_agree_in_every_vat_mode(self):
        for vat_mode, is_registered in VAT_WAYS:
            with self.subTest(vat_mode=vat_mode, is_registered=is_registered):
                self._check_sums(*self._sell_and_settle(vat_mode, is_registered))


@tagged("post_install", "-at_install")
class TestYen(CurrencyCase, TransactionCase):
    currency_name, step = "JPY", 1


@tagged("post_install", "-at_install")
class TestEuro(CurrencyCase, TransactionCase):
    currency_name, step = "EUR", 0.01


@tagged("post_install", "-at_install")
class TestDinar(CurrencyCase, TransactionCase):
    currency_name, step = "BHD", 0.001
