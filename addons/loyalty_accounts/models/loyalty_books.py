from odoo import models


class LoyaltyBooks(models.AbstractModel):
    """Books the movements of the ledger; see docs/adr/0005.

    Payments and refunds at once, everything else in daily batches.
    """

    _name = "loyalty.books"
    _inherit = ["loyalty.books.voucher", "loyalty.books.top.up", "loyalty.books.batch"]
    _description = "Loyalty ledger in the books"
