from odoo import models

from odoo.addons.integrator_api.rules import plain


class LoyaltyLedger(models.AbstractModel):
    """Movements are events for integrators of the card's issuer."""

    _inherit = "loyalty.ledger"

    def _post(self, state, request, kind, change, **options):
        """Override: tell who listens."""
        move = super()._post(state, request, kind, change, **options)
        # Superuser: a cashier may use cards that they may not read.
        told = move.sudo()
        self.env["integrator.webhook"]._emit(
            "credit.moved", told.account_id.company_id, lambda: self._describe_event(told)
        )
        return move

    def _describe_event(self, move):
        digits = move.currency_id.decimal_places
        return {
            "number": move.account_id.number,
            "move": move.id,
            "seq": move.seq,
            "kind": move.kind,
            "currency": move.currency_id.name,
            "amount": plain.money(move.amount, digits),
            "balance": plain.money(move.balance_after, digits),
            "held": plain.money(move.held_after, digits),
        }
