from decimal import Decimal

from odoo import api, fields, models


class ConsolidationPromise(models.Model):
    """Which credit a reservation at a partner counts on. Written by the ledger."""

    _name = "consolidation.promise"
    _description = "Reservation of credit at a partner"
    _log_access = False

    hold_id = fields.Many2one("loyalty.account.hold", required=True, ondelete="restrict")
    own_amount = fields.Float(
        digits=0,
        required=True,
        help="Most of it that credit earned where it is reserved may pay, in the card's currency.",
    )

    _hold_unique = models.UniqueIndex("(hold_id)", "A reservation is made once.")

    @api.model
    def _find(self, hold):
        # Superuser: promises are the ledger's alone.
        return self.sudo().search([("hold_id", "=", hold.id)], limit=1)

    @api.model
    def _get_own_left(self, hold):
        """What credit of the establishment itself may still pay of a reservation, as Decimal."""
        promise = self._find(hold)
        if not promise:
            return Decimal(0)
        taken = sum(
            (
                Decimal(repr(line.amount))
                # Superuser: captures of this reservation only.
                for line in hold.sudo().move_ids.allocation_ids
                if line.accrual_company_id == line.spend_company_id
            ),
            Decimal(0),
        )
        return max(Decimal(repr(promise.own_amount)) + taken, Decimal(0))

    @api.model
    def _reduce(self, hold, amount):
        """A part is released: less of the own credit is counted on, as it would pay last."""
        promise = self._find(hold)
        if promise:
            left = self._get_own_left(hold)
            own = Decimal(repr(promise.own_amount)) - min(left, amount)
            promise.own_amount = float(own)

    @api.model
    def _get_promised(self, request):
        """What open reservations of a document count on of the establishment's own credit."""
        # Superuser: reservations of this document only.
        holds = self.env["loyalty.account.hold"].sudo()
        holds = holds.search(
            [
                ("account_id", "=", request.account_id),
                ("document_model", "=", request.document_model),
                ("document_id", "=", request.document_id),
                ("state", "=", "open"),
            ]
        )
        return sum((self._get_own_left(hold) for hold in holds), Decimal(0))
