from odoo import api, models

#: What core notes on a matching after it was made.
HARMLESS_FIELDS = frozenset({"full_reconcile_id", "exchange_move_id", "draft_caba_move_vals"})


class AccountPartialReconcile(models.Model):
    """What the engine reconciled stays so, and nobody else reconciles its lines.

    An invoice paid with credit would be open again, or another one paid by the same credit,
    while the ledger knew nothing of it. See account.journal.
    """

    _inherit = "account.partial.reconcile"

    def _refuse_loyalty_partials(self):
        (self.debit_move_id | self.credit_move_id)._refuse_loyalty_lines()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only the engine reconciles its lines."""
        lines = {vals[name] for vals in vals_list for name in ("debit_move_id", "credit_move_id")}
        self.env["account.move.line"].browse(lines)._refuse_loyalty_lines()
        return super().create(vals_list)

    def write(self, vals):
        """Override: amounts and lines stay."""
        if vals.keys() - HARMLESS_FIELDS:
            self._refuse_loyalty_partials()
        return super().write(vals)

    def unlink(self):
        """Override: only the engine unreconciles its lines, whichever way core goes."""
        self._refuse_loyalty_partials()
        return super().unlink()
