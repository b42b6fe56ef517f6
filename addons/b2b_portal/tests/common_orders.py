from odoo import Command

from .common import B2bCase


class B2bOrdersCase(B2bCase):
    """Orders that went on: shipped, invoiced, paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env["account.journal"].search([("type", "=", "sale")], limit=1):
            cls.env["account.chart.template"].try_loading("generic_coa", cls.company)

    def _place(self, member, **quantities):
        """Order articles in the portal: ``_place(buyer, shown=2)``."""
        return self._submit(member, self._fill_cart(member, **quantities)).sudo(False).with_user(
            self.env.user
        )

    def _quote(self, partner=None, quantity=2, **values):
        """Make an order of the shown article as staff do."""
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "order_line": [
                    Command.create({"product_id": self.shown.id, "product_uom_qty": quantity})
                ],
                **values,
            }
        )

    def _ship(self, order, quantity=None):
        """Ship an order's open delivery, or a part of it, the rest later; return the delivery."""
        picking = order.picking_ids.filtered(lambda found: found.state == "assigned")[:1]
        if quantity is not None:
            picking.move_ids[:1].quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def _invoice(self, order, *, post=True, **values):
        invoice = order._create_invoices()
        invoice.write(values)
        if post:
            invoice.action_post()
        return invoice

    def _pay(self, invoice, amount=None):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"amount": amount or invoice.amount_residual})._create_payments()
