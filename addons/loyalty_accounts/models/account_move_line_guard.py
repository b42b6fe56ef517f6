from odoo import api, models

#: What core notes on lines that are reconciled with each other.
HARMLESS_FIELDS = frozenset({"matching_number", "full_reconcile_id", "no_followup"})


class AccountMoveLine(models.Model):
    """Lines of entries in a journal of credit are the engine's. See account.journal."""

    _inherit = "account.move.line"

    def _refuse_loyalty_lines(self):
        """Raise when one of the lines is the engine's, and the caller is not."""
        self.move_id._refuse_loyalty_entries()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only the engine adds lines to its entries."""
        moves = self.env["account.move"].browse({vals["move_id"] for vals in vals_list})
        moves._refuse_loyalty_entries()
        return super().create(vals_list)

    def write(self, vals):
        """Override: what the engine booked stays; nothing is moved into its entries."""
        if vals.keys() - HARMLESS_FIELDS:
            self._refuse_loyalty_lines()
            self.env["account.move"].browse(vals.get("move_id"))._refuse_loyalty_entries()
        return super().write(vals)

    def unlink(self):
        """Override: what the engine booked stays."""
        self._refuse_loyalty_lines()
        return super().unlink()
