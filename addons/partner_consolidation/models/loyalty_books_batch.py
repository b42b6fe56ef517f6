from odoo import api, models


class LoyaltyBooksBatch(models.AbstractModel):
    """Booking what is missing books clearings, too."""

    _inherit = "loyalty.books.batch"

    @api.model
    def _post_batches(self, company, until, *, everything=False):
        """Override: with "Book now", periods that were closed before there was a chart, too."""
        entries = super()._post_batches(company, until, everything=everything)
        if everything:
            self.env["consolidation.clearing"]._book_missing(company)
        return entries
