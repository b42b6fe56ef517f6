from odoo import api, models
from odoo.fields import Domain

#: Programs whose rewards are money that was paid in before.
PAYING_PROGRAMS = ("gift_card", "ewallet")


class ConsignmentSale(models.Model):
    _inherit = "consignment.sale"

    @api.model
    def _get_paying_products(self):
        """Override: gift cards and e-wallets; free shipping is off the delivery, not the goods."""
        # Superuser: see super. Archived rewards too: what they paid for stays as it was.
        rewards = self.env["loyalty.reward"].sudo().with_context(active_test=False)
        rewards = rewards.search(
            Domain("program_id.program_type", "in", PAYING_PROGRAMS)
            | Domain("reward_type", "not in", ("discount", "product"))
        )
        return super()._get_paying_products() | rewards.discount_line_product_id
