from odoo import models

from odoo.addons.b2b_portal.exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_b2b_member_problem(self, member):
        """Extend: orders of the website's shop keep packs and the minimum order, too."""
        if problem := super()._get_b2b_member_problem(member):
            return problem
        if not self.website_id or self.b2b_stage:
            return ""
        try:
            for line in self._get_b2b_lines():
                self._parse_b2b_quantity(line.product_id, line.product_uom_qty)
            self._check_b2b_minimum()
        except B2bError as error:
            return str(error)
        return ""
