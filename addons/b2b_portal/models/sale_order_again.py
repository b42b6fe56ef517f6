"""Order again: the same articles, as they are sold today."""

from odoo import models

from ..const import MAX_LINES, MAX_QUANTITY
from ..rules import reorder


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _order_b2b_again(self, member):
        """Put an order's articles into a member's cart, on top of what lies there.

        Quantities are merged for each article and rounded up to whole packs.

        :return: ``(lines put in, names left out)``; left out is what is no longer sold to the
            customer, and what does not fit into the cart any more
        :raise B2bError: the member may not order
        """
        self.ensure_one()
        cart = self._ensure_b2b_cart(member)
        lines = self._get_b2b_lines()
        wanted = reorder.wanted(
            (line.product_id, line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id
            ))
            for line in lines
        )
        sold = member.customer_id._find_b2b_products(
            member.company_id, [product.id for product in wanted]
        )
        room = MAX_LINES - len(cart._get_b2b_lines())
        taken = [product for product in wanted if product in sold][: max(room, 0)]
        for product in taken:
            cart._set_b2b_quantity(
                member, product.id, cart._fit_b2b_again(product, wanted[product])
            )
        left_out = [product.display_name for product in wanted if product not in taken]
        return len(taken), left_out

    def _fit_b2b_again(self, product, quantity):
        """Return the quantity of the cart after adding one, as a text that can be ordered."""
        line = self._get_b2b_lines().filtered(lambda line: line.product_id == product)
        return reorder.fit(
            quantity + sum(line.mapped("product_uom_qty")),
            digits=product._get_b2b_digits(),
            pack=product.b2b_pack_size,
            maximum=MAX_QUANTITY,
        )
