from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import MAX_NOTE_LENGTH


class LoyaltyAccountAnonymise(models.TransientModel):
    """Erases what names a person from accounts; cannot be undone."""

    _name = "loyalty.account.anonymise"
    _description = "Anonymise loyalty accounts"

    account_ids = fields.Many2many(
        "loyalty.account", string="Accounts", context={"active_test": False}
    )
    reason = fields.Char(
        size=MAX_NOTE_LENGTH, help="Why, without naming the person: it is kept in the history."
    )
    confirmed = fields.Boolean(
        string="I understand that this cannot be undone",
        help="Name, numbers, customer, notes, PIN, history and reminders are erased.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only accounts that the user may change."""
        wizards = super().create(vals_list)
        wizards.account_ids.check_access("write")
        return wizards

    def action_confirm(self):
        """Anonymise the accounts.

        :raise AccessError: one of them may not be changed, or not even be seen
        :raise UserError: not confirmed, no reason, or credit or debt is left
        """
        self.ensure_one()
        if not self.confirmed:
            raise UserError(self.env._("Tick that you understand that this cannot be undone."))
        # Superuser: all of them, also those that a rule hides; then the right to each is asked for.
        accounts = self.sudo().account_ids.with_env(self.env)
        accounts.check_access("write")
        if accounts:  # else they were deleted meanwhile
            accounts._anonymise(self.reason)
        return {"type": "ir.actions.act_window_close"}
