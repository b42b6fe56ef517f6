from odoo import api, models


class ConsignmentSale(models.Model):
    _inherit = "consignment.sale"

    @api.model
    def _get_paying_products(self):
        """Override: down payments, which the receipt for the rest takes off again."""
        # Superuser: see super; other companies' tills do no harm.
        tills = self.env["pos.config"].sudo().with_context(active_test=False)
        tills = tills.search([("down_payment_product_id", "!=", False)])
        return super()._get_paying_products() | tills.down_payment_product_id
