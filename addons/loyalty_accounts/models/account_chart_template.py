from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Override: a new chart, or one loaded again, gets the accounts of the credit."""
        result = super()._post_load_data(template_code, company, template_data)
        company = company or self.env.company
        if not company.parent_id:  # a branch uses its head office's
            company._get_loyalty_books()
        return result
