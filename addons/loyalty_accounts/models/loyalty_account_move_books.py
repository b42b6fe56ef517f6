from odoo import models


class LoyaltyAccountMove(models.Model):
    _inherit = "loyalty.account.move"

    # Used by the daily booking: what happened since the last one. Movements are added in the
    # order of time, so a few pages tell where a day lies, and adding one costs next to nothing.
    _date_idx = models.Index("USING brin (date) WITH (pages_per_range = 32, autosummarize = on)")
