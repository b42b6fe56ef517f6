from odoo import api, models

from ..exceptions import NotAvailable


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_b2b_article(self):
        """Tell whether the line is an article somebody chose: what the gate decides about.

        Extension point: lines that a program adds, such as rewards.
        """
        self.ensure_one()
        return bool(self.product_id) and not (
            self.display_type or self.is_delivery or self.is_downpayment
        )

    @api.constrains("product_id")
    def _check_b2b_gate(self):
        """Refuse lines of products that the acting customer may not see, on every path.

        The acting user is the one of the request, also where code writes as superuser or OdooBot.

        :raise NotAvailable: in the same words, whether the product exists or not
        """
        member = self.env["res.users"]._get_b2b_acting_user()._get_b2b_member()
        if not member:
            return
        products = self.filtered(lambda line: line._is_b2b_article()).product_id
        visible = member.customer_id._find_b2b_products(member.company_id, products.ids)
        if products - visible:
            raise NotAvailable(self.env._("This article is not available to you."))
