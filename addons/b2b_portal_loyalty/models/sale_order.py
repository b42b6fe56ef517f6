from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_program_domain(self):
        """Override of ``sale_loyalty``: programs of chosen customers are for these only."""
        return [*super()._get_program_domain(), *self._get_b2b_audience("b2b_customer_ids")]

    def _get_trigger_domain(self):
        """Override of ``sale_loyalty``: nor do their codes exist for anybody else."""
        audience = self._get_b2b_audience("program_id.b2b_customer_ids")
        return [*super()._get_trigger_domain(), *audience]

    def _get_b2b_audience(self, field):
        """Return the condition that a program is for everybody or for the order's customer.

        Orders of the website's shop get programs for everybody only, whoever is logged in there.
        """
        everybody = (field, "=", False)
        if "website_id" in self._fields and self.website_id:
            return [everybody]
        return ["|", everybody, (field, "in", self.partner_id.commercial_partner_id.ids)]
