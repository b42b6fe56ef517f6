from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class AccountMove(models.Model):
    _inherit = "account.move"

    loyalty_account_id = fields.Many2one(
        "loyalty.account",
        string="Loyalty account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="loyalty_accounts.group_user",
        help="Account that the invoiced order was paired with.",
    )
    loyalty_account_name = fields.Char(related="loyalty_account_id.name", string="Account name")

    @api.constrains("loyalty_account_id", "company_id")
    def _check_loyalty_account(self):
        for move in self.sudo().filtered("loyalty_account_id"):  # the companies are compared only
            if not move.loyalty_account_id._may_be_on_document(move.company_id):
                raise ValidationError(self.env._("This card is not honoured by the company."))

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the card comes from the order, never from values or defaults."""
        default = self.env.context.get("default_loyalty_account_id")
        if not self.env.su and (
            default or any(vals.get("loyalty_account_id") for vals in vals_list)
        ):
            raise AccessError(self.env._("The card of an invoice is the one of its order."))
        return super().create(vals_list)

    def write(self, vals):
        """Override: the card comes from the order, by which the invoice was made."""
        if "loyalty_account_id" in vals and not self.env.su:
            raise AccessError(self.env._("The card of an invoice is the one of its order."))
        return super().write(vals)
