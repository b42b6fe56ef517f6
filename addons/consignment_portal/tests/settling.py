"""What tests of sales and settlements share."""

from odoo import Command, fields

from .common import ConsignmentCase


class SettlingCase(ConsignmentCase):
    """Sells articles by orders, and settles; mixed into TransactionCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )

    @classmethod
    def _sell(cls, articles, deliver=True, discount=0, **values):
        """Sell articles by one order, and deliver it."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": article.product_id.id,
                            "product_uom_qty": 1,
                            "price_unit": article.price,
                            "discount": discount,
                        }
                    )
                    for article in articles
                ],
                **values,
            }
        )
        order.action_confirm()
        if deliver:
            cls._deliver(order.picking_ids)
        return order

    @classmethod
    def _deliver(cls, pickings):
        pickings.action_assign()
        pickings.move_ids.picked = True
        pickings.with_context(skip_sms=True)._action_done()

    @classmethod
    def _bring_back(cls, picking):
        """Return everything of a delivery to the shop."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = 1
        back = wizard._create_return()
        for move in back.move_ids:
            move.quantity = 1
        cls._deliver(back)
        return back

    @classmethod
    def _credit(cls, invoice, amount):
        """Credit an amount of the one line of an invoice, without goods coming back."""
        line = invoice.invoice_line_ids[0]
        credit = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        credit.invoice_line_ids = [
            Command.update(credit.invoice_line_ids[0].id, {"price_unit": amount}),
            *(Command.delete(other.id) for other in credit.invoice_line_ids[1:]),
        ]
        credit.action_post()
        assert credit.invoice_line_ids.sale_line_ids == line.sale_line_ids
        return credit

    def _sums(self, articles):
        """Return what is recorded of articles: quantity, amount, consignor's share."""
        [sums] = self.env["consignment.sale"]._read_group(
            [("article_id", "in", articles.ids)],
            aggregates=["quantity:sum", "amount:sum", "consignor_amount:sum"],
        )
        return tuple(round(value or 0, 2) for value in sums)

    @classmethod
    def _settle(cls, consignors=None, shop=None, **values):
        run = cls.env["consignment.settlement.run"].create(
            {
                "shop_id": (shop or cls.shop).id,
                "date_to": fields.Date.add(fields.Date.today(), days=1),
                "consignor_ids": [Command.set((consignors or cls.consignor.browse()).ids)],
                **values,
            }
        )
        run._start()
        return run.settlement_ids
