from odoo import api, fields, models


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

    @api.model
    def _get_terms(self, lot_ids):
        """Return ``{lot id: terms}`` of credit that was earned at partners."""
        if not lot_ids:
            return {}
        # Superuser: what a card may pay follows from its terms, whoever asks.
        rows = self.sudo().search([("lot_id", "in", lot_ids)])
        return {row.lot_id.id: row.terms_id for row in rows}

    @api.model
    def _note(self, lot_id, terms):
        """Keep the terms by which a lot was earned."""
        writer = self.env["loyalty.ledger"]._writer(self._name)  # the ledger's own hand
        writer.create({"lot_id": lot_id, "terms_id": terms.id})
