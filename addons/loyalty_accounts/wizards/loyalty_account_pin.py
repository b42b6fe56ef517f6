from odoo import api, fields, models
from odoo.exceptions import UserError


class LoyaltyAccountPin(models.TransientModel):
    """Sets, changes or removes the PIN of a card."""

    _name = "loyalty.account.pin"
    _description = "PIN of a loyalty card"
    _inherit = ["loyalty.pin.entry"]

    account_id = fields.Many2one("loyalty.account", required=True, readonly=True)
    has_pin = fields.Boolean(related="account_id.has_pin", string="Has a PIN")
    pin = fields.Char(string="New PIN", help="4 to 8 digits that nobody would guess at once.")
    pin_again = fields.Char(
        string="Once more", compute="_compute_pin", inverse="_inverse_pin_again"
    )
    pin_again_digest = fields.Char(copy=False, groups=fields.NO_ACCESS)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for accounts that the user may change."""
        wizards = super().create(vals_list)
        wizards.account_id.check_access("write")
        return wizards

    def _compute_pin(self):
        """Override: the same for what was typed once more."""
        result = super()._compute_pin()
        self.pin_again = False
        return result

    def _inverse_pin(self):
        """Override: refuse what is too simple."""
        self._keep_digest("pin", "pin_digest", new=True)

    def _inverse_pin_again(self):
        self._keep_digest("pin_again", "pin_again_digest")

    def action_set(self):
        """Set the PIN that was typed twice.

        :raise UserError: nothing was typed, or not the same
        :raise AccessError: there is a PIN, and the user is no manager
        """
        self.ensure_one()
        pin, again = self._pop_pin(), self._pop_pin("pin_again_digest")
        if not pin:
            raise UserError(self.env._("Enter the new PIN."))
        if pin != again:
            raise UserError(self.env._("The PINs differ. Enter the new PIN twice."))
        self.account_id._set_pin(pin)
        return {"type": "ir.actions.act_window_close"}

    def action_remove(self):
        """Remove the PIN.

        :raise AccessError: the user is no manager
        """
        self.ensure_one()
        self.account_id._set_pin(False)
        return {"type": "ir.actions.act_window_close"}
