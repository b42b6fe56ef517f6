from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import EXPOSURE_STATES, EXPOSURE_WARNING


class ConsolidationAgreement(models.Model):
    """How much one side owes the other, and what happens when that is too much.

    Nothing locks a pair of establishments: charges that are made at the same moment may pass the
    limit together, and the next one is refused.
    """

    _inherit = "consolidation.agreement"

    exposure_state = fields.Selection(
        EXPOSURE_STATES,
        required=True,
        default="within",
        readonly=True,
        help="What both sides were told last about the exposure limit.",
    )
    currency_id = fields.Many2one(related="sender_id.currency_id")
    exposure_limit = fields.Monetary(related="terms_id.exposure_limit")
    position = fields.Monetary(
        compute="_compute_position",
        compute_sudo=True,
        string="Owed by the sender",
        help="What the sender owes the accepting establishment for credit that was used, less what "
        "it is owed; below zero where it is owed more. Cleared periods count until they are paid.",
    )
    exposure_note = fields.Char(
        compute="_compute_position", compute_sudo=True, string="Exposure", help="In words."
    )

    @api.depends("terms_id.exposure_limit", "state")
    def _compute_position(self):
        for agreement in self:
            position = agreement._get_position()
            agreement.position = float(position)
            agreement.exposure_note = agreement._describe_exposure(position)

    def _get_position(self):
        """What the sender owes the accepting side, less what it is owed, as Decimal."""
        self.ensure_one()
        items = self.env["consolidation.item"]
        positions = items._get_positions(self.accepter_id, self.sender_id.currency_id)
        return positions.get(self.sender_id.id, Decimal(0))

    def _describe_exposure(self, position):
        """Return in words who owes whom how much, and what that means for credit."""
        debtor, creditor = self._get_exposure_sides(position)
        values = {
            "debtor": debtor.display_name,
            "creditor": creditor.display_name,
            "amount": self.currency_id.format(float(abs(position))),
            "limit": self.currency_id.format(self.exposure_limit),
        }
        if not position:
            return self.env._("Nobody owes the other anything.")
        if not self.exposure_limit:
            return self.env._("%(debtor)s owes %(creditor)s %(amount)s; no limit.", **values)
        if abs(position) >= Decimal(repr(self.exposure_limit)):
            return self.env._(
                "%(debtor)s owes %(creditor)s %(amount)s of at most %(limit)s: %(creditor)s "
                "accepts no credit of %(debtor)s until that is paid. Payments that were being made "
                "at that moment may have passed the limit.",
                **values,
            )
        return self.env._("%(debtor)s owes %(creditor)s %(amount)s of at most %(limit)s.", **values)

    def _get_exposure_sides(self, position):
        if position < 0:
            return self.accepter_id, self.sender_id
        return self.sender_id, self.accepter_id

    def _note_position(self, position=None):
        """Tell both sides when the exposure limit is near, is reached, or is left again.

        Called after what changed the position; the agreement's row is written only when there is
        something to tell.
        """
        for agreement in self.filtered("terms_id"):
            current = agreement._get_position() if position is None else position
            state = agreement._get_exposure_state(abs(current))
            if state != agreement.exposure_state:
                resumed = agreement.exposure_state == "stopped"
                agreement._as_engine().exposure_state = state
                if state != "within" or resumed:
                    agreement._tell_exposure(state, current)

    def _get_exposure_state(self, position):
        limit = Decimal(repr(self.exposure_limit))
        if not limit or position < limit * EXPOSURE_WARNING:
            return "within"
        return "stopped" if position >= limit else "near"

    @api.model
    def _cron_note_positions(self):
        """Tell both sides where a payment has made room again; what they owe is computed live."""
        # Superuser: the job looks after all establishments.
        agreements = self.sudo().search(
            Domain("terms_id.exposure_limit", ">", 0) & Domain("state", "in", ("active", "ended"))
        )
        agreements._note_position()
