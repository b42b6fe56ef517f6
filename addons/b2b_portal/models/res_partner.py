from odoo import fields, models

from odoo.addons.office_kit.columns import set_defaults


class ResPartner(models.Model):
    _inherit = "res.partner"

    b2b_state = fields.Selection(
        selection=[
            ("none", "No access"),
            ("pending", "Waiting for activation"),
            ("active", "Active"),
            ("declined", "Declined"),
            ("revoked", "Revoked"),
        ],
        string="B2B portal",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        groups="base.group_user",
        help="Whether this business customer may use the portal. Invite and revoke change it.",
    )
    b2b_currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency in the portal",
        company_dependent=True,
        groups="base.group_user",
        help="Prices in the portal come in this currency, converted at the configured rate where "
        "the pricelist has another. Empty: the pricelist's, else the company's.",
    )
    b2b_member_ids = fields.One2many(
        comodel_name="b2b.member",
        inverse_name="customer_id",
        string="Employees in the portal",
        groups="base.group_user",
    )

    def _auto_init(self):
        """Override: see ``set_defaults``."""
        result = super()._auto_init()
        set_defaults(self, "b2b_state")
        return result
