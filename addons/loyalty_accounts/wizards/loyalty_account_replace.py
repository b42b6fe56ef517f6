from odoo import api, fields, models

from ..const import REPLACEMENT_REASONS, UNDOABLE_REASONS


class LoyaltyAccountReplace(models.TransientModel):
    """Gives an account another card number because the card was lost, stolen or damaged."""

    _name = "loyalty.account.replace"
    _description = "Replace a loyalty card"

    account_id = fields.Many2one("loyalty.account", required=True, readonly=True)
    old_number = fields.Char(related="account_id.number", string="Number now")
    blocked = fields.Boolean(related="account_id.blocked", string="Blocked now")
    reason = fields.Selection(
        [reason for reason in REPLACEMENT_REASONS if reason[0] in UNDOABLE_REASONS],
        required=True,
        default="lost",
        help="Shown in the account's history.",
    )
    number = fields.Char(
        string="New number",
        help="Scan the new card, or leave empty for a generated number. Numbers that were in use "
        "once are refused.",
    )
    unblock = fields.Boolean(
        string="Unblock the account",
        default=True,
        help="The old card is refused in any case, so the account need not stay blocked.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for accounts that the user may change."""
        wizards = super().create(vals_list)
        wizards.account_id.check_access("write")
        return wizards

    def action_confirm(self):
        """Replace the number; the old one is refused from now on.

        :raise InvalidValue: no card number, or one that is or was in use
        """
        self.ensure_one()
        self.account_id.check_access("write")
        self.account_id._replace_number(self.number, self.reason)
        if self.unblock and self.blocked:
            self.account_id.action_unblock()
        return {"type": "ir.actions.act_window_close"}
