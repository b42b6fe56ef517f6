from decimal import Decimal

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..const import EXPOSURE_STATES, EXPOSURE_WARNING
from ..delivery import undisturbed


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

    shared_clients = fields.Integer(
        compute="_compute_shared_clients",
        compute_sudo=True,
        string="Shared contacts",
        help="Contacts behind the sender's cards that several establishments deal with, and that "
        "all of them therefore see.",
    )

    @api.model
    def _changing_columns(self):
        """Override: what both sides were told."""
        return [*super()._changing_columns(), "exposure_state"]

    @api.depends("sender_id")
    def _compute_shared_clients(self):
        for agreement in self:
            agreement.shared_clients = agreement.sender_id._count_shared_clients()

    def action_simulate(self):
        """Replay one's own past sales under the terms, before agreeing to them.

        :raise UserError: the user is of the side whose clients are served
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["consolidation.simulation"]._get_action_for(self)

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
        for agreement in self.filtered(lambda agreement: agreement.state == "active"):
            current = agreement._get_position() if position is None else position
            state = agreement._get_exposure_state(abs(current))
            if state != agreement.exposure_state:
                resumed = agreement.exposure_state == "stopped"
                agreement._as_engine().exposure_state = state
                if state != "within" or resumed:
                    agreement._tell_exposure(f"exposure_{state}")

    def _tell_exposure(self, event):
        """Tell both sides, in the transaction of what happened."""
        # As the system itself: who pays at a till knows neither side's people.
        told = self.with_user(SUPERUSER_ID).sudo().with_company(self.accepter_id)
        told = undisturbed(told, consolidation_event=event)
        for company in told.sender_id | told.accepter_id:
            told._ask_people(company, event)
            told._send_email(company)
        told._message_log(body=told._describe_event(event))

    def _describe_event(self, event):
        """Override: what became of the exposure limit."""
        if event == "exposure_within":
            return self.env._("Credit is accepted again: the exposure limit is left")
        if event == "exposure_near":
            return self.env._("The exposure limit is nearly reached")
        if event == "exposure_stopped":
            return self.env._("The exposure limit is reached: credit is not accepted for now")
        return super()._describe_event(event)

    def _describe_hint(self, event):
        """Override: how much is owed, and the way out."""
        if event in ("exposure_near", "exposure_stopped"):
            return self.env._(
                "%s Close and pay a clearing, or agree on another limit. Earning goes on.",
                self.sudo().exposure_note,  # both sides are told the same
            )
        return super()._describe_hint(event)

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
            Domain("terms_id.exposure_limit", ">", 0) & Domain("state", "=", "active")
        )
        agreements._note_position()
