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
        """What credit of the establishment itself may still pay of a reservation, as Decimal.

        All of it, where nothing else was promised.
        """
        promise = self._find(hold)
        if not promise:
            return Decimal(repr(hold.remaining))
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
            promise.own_amount = float(Decimal(repr(promise.own_amount)) - min(left, amount))

    @api.model
    def _get_promised(self, company, document_model, document_id, but=()):
        """What open reservations of a document at partners' cards count on of the own credit.

        :param but: reservations that do not count
        """
        # Superuser: reservations of this document only.
        holds = self.env["loyalty.account.hold"].sudo()
        found = holds.search(
            [
                ("document_model", "=", document_model),
                ("document_id", "=", document_id),
                ("state", "=", "open"),
                ("company_id", "=", company.id),
                ("account_id.company_id", "!=", company.id),
            ]
        ) - holds.union(*but)
        return sum((self._get_own_left(hold) for hold in found), Decimal(0))
