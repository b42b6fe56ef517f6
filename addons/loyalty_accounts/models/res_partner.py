from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    mobile = fields.Char(help="Mobile phone number.")
    fax = fields.Char(help="Fax number.")
    tax_number = fields.Char(help="Number at the tax office, where it differs from the VAT number.")
    loyalty_account_ids = fields.One2many(
        "loyalty.account",
        "partner_id",
        string="Loyalty accounts",
        groups="loyalty_accounts.group_user",
    )
    loyalty_account_count = fields.Integer(
        compute="_compute_loyalty_account_count",
        string="Number of loyalty accounts",
        groups="loyalty_accounts.group_user",
    )

    def _compute_loyalty_account_count(self):
        counts = dict(
            self.env["loyalty.account"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.loyalty_account_count = counts.get(partner, 0)

    def action_view_loyalty_accounts(self):
        """Show the customer's loyalty accounts, or a new one to fill in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_accounts.loyalty_account_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        if not self.loyalty_account_count:
            action.update(view_mode="form", views=[(False, "form")])
        return action
