"""Many articles into the cart at once."""

from odoo import models

from ..const import MAX_LINES
from ..exceptions import B2bError
from .product_pricelist import PageRules


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _add_b2b_quantities(self, member, texts):
        """Add articles on top of what is in the cart; new ones in one create.

        Articles whose quantity cannot be ordered, and those the customer may not see, are left
        out; the others go in.

        :param texts: ``{product id: [quantities as typed]}``, in the products' units of measure;
            several of one product are added up
        :return: ``{product id: sentence}`` of what was left out
        :raise B2bError: the cart would hold too many lines; nothing is written
        """
        self.ensure_one()
        products = member.customer_id._find_b2b_products(member.company_id, list(texts))
        unseen = self.env._("This article is not available to you.")
        refused = {product_id: unseen for product_id in texts if product_id not in products._ids}
        lines = {line.product_id.id: line for line in self._get_b2b_lines()}
        wanted = {}
        for product in products:
            line = lines.get(product.id, self.env["sale.order.line"])
            try:
                wanted[product] = self._sum_b2b_quantities(product, texts[product.id], line)
            except B2bError as error:
                refused[product.id] = str(error)
        self._write_b2b_quantities(wanted, lines)
        return refused

    def _sum_b2b_quantities(self, product, texts, line):
        """Return the quantity a line will have.

        :raise B2bError: one of the texts, or their sum, cannot be ordered
        """
        single = [self._parse_b2b_quantity(product, text) for text in texts]
        # Sums of floats are brought back to the decimals that were typed.
        total = round(sum(single) + line.product_uom_qty, 6)
        return self._parse_b2b_quantity(product, total)

    def _write_b2b_quantities(self, wanted, lines):
        new = {product: quantity for product, quantity in wanted.items() if product.id not in lines}
        new = {product: quantity for product, quantity in new.items() if quantity}
        if len(self.order_line) + len(new) > MAX_LINES:
            raise B2bError(
                self.env._("A cart holds at most %s articles. Order these first.", MAX_LINES)
            )
        for product in wanted.keys() - new.keys():
            if product.id in lines:
                lines[product.id].product_uom_qty = wanted[product]
        # The rules of the pricelist are read once for all lines, not line by line.
        page = PageRules(self.env["product.product"].union(*new))
        self.order_line.with_context(b2b_rules=page).create(
            [
                {
                    "order_id": self.id,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "product_uom_qty": quantity,
                }
                for product, quantity in new.items()
            ]
        )
