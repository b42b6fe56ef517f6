from odoo import api, fields, models
from odoo.exceptions import UserError


class LoyaltyAccountMerge(models.TransientModel):
    """Merges one account into another; cannot be undone."""

    _name = "loyalty.account.merge"
    _description = "Merge loyalty accounts"

    account_id = fields.Many2one(
        "loyalty.account",
        string="This account",
        required=True,
        domain="[('id', '!=', target_id), ('company_id', '=', company_id)]",
        help="Its credit and debt move to the other one; its card is refused for ever.",
    )
    target_id = fields.Many2one(
        "loyalty.account",
        string="is merged into",
        required=True,
        domain="[('id', '!=', account_id), ('company_id', '=', company_id)]",
        help="The account that stays, with its number and terms.",
    )
    company_id = fields.Many2one(related="account_id.company_id")
    currency_id = fields.Many2one(related="account_id.currency_id")
    available = fields.Monetary(related="account_id.available", string="Its credit")
    debt = fields.Monetary(related="account_id.debt", string="Its debt")
    held = fields.Monetary(related="account_id.held", string="Reserved")
    target_available = fields.Monetary(related="target_id.available", string="Credit now")
    target_after = fields.Monetary(compute="_compute_after", string="Credit afterwards")
    note = fields.Char(string="Reason", help="Kept with the movements for ever, with your name.")

    @api.model
    def default_get(self, fields_list):
        """Override: two ticked accounts; the one with fewer movements goes, unless swapped."""
        values = super().default_get(fields_list)
        ticked = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") != "loyalty.account" or "account_id" in values:
            return values
        if len(ticked) != 2:
            raise UserError(self.env._("Tick the two accounts that are to be merged."))
        accounts = self.env["loyalty.account"].browse(ticked)
        goes, stays = accounts.sorted(lambda account: (account.version, account.id))
        return values | {"account_id": goes.id, "target_id": stays.id}

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only accounts that the user may change."""
        wizards = super().create(vals_list)
        wizards._check_accounts()
        return wizards

    def write(self, vals):
        """Override: the same for what is changed."""
        result = super().write(vals)
        self._check_accounts()
        return result

    def _check_accounts(self):
        """Refuse accounts of others: their amounts are related fields, read as superuser."""
        (self.account_id | self.target_id).check_access("write")

    @api.depends("available", "target_available")
    def _compute_after(self):
        for wizard in self:
            wizard.target_after = wizard.available + wizard.target_available

    def action_swap(self):
        """Let the other one stay."""
        self.ensure_one()
        self.write({"account_id": self.target_id.id, "target_id": self.account_id.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Merge; pressing twice merges once.

        :return: action that opens the account that stays
        """
        self.ensure_one()
        self._check_accounts()
        key = f"ui/{self._name}/{self.id}"
        self.account_id._merge_into(self.target_id, key=key, note=self.note)
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.account",
            "res_id": self.target_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
