from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_discount_mode = fields.Selection(
        related="company_id.loyalty_discount_mode", readonly=False
    )
    loyalty_default_discount = fields.Float(
        related="company_id.loyalty_default_discount", readonly=False
    )
    loyalty_default_credit_rate = fields.Float(
        related="company_id.loyalty_default_credit_rate", readonly=False
    )
    loyalty_number_prefix = fields.Char(related="company_id.loyalty_number_prefix", readonly=False)
    loyalty_timezone = fields.Selection(
        related="company_id.partner_id.tz",
        string="Time zone of the establishment",
        readonly=False,
        help="Decides when a card's or credit's last day is over. Empty: UTC.",
    )
    loyalty_expiring_days = fields.Integer(
        related="company_id.loyalty_expiring_days", readonly=False
    )
    loyalty_refund_grace_days = fields.Integer(
        related="company_id.loyalty_refund_grace_days", readonly=False
    )
    loyalty_earning_moment = fields.Selection(
        related="company_id.loyalty_earning_moment", readonly=False
    )
    loyalty_earn_on_credit = fields.Boolean(
        related="company_id.loyalty_earn_on_credit", readonly=False
    )
    loyalty_expiry_months = fields.Integer(
        related="company_id.loyalty_expiry_months", readonly=False
    )
    loyalty_paid_expiry_months = fields.Integer(
        related="company_id.loyalty_paid_expiry_months", readonly=False
    )
    loyalty_reminder_days = fields.Integer(
        related="company_id.loyalty_reminder_days", readonly=False
    )
