from odoo import fields, models


class ConsolidationLot(models.Model):
    """By which terms credit was earned at a partner: it keeps them. Written by the ledger."""

    _name = "consolidation.lot"
    _description = "Terms of credit earned at a partner"
    _log_access = False

    lot_id = fields.Many2one("loyalty.account.lot", required=True, ondelete="restrict")
    terms_id = fields.Many2one(
        "consolidation.terms", required=True, ondelete="restrict", index=True
    )

    _lot_unique = models.UniqueIndex("(lot_id)", "Credit is earned by one version of the terms.")
