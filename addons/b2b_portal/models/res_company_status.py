from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``base``: a new company has a table of order states from the beginning."""
        companies = super().create(vals_list)
        self.env["b2b.status"]._create_missing(companies)
        return companies
