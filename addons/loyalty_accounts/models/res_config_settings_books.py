from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Where the credit stands in the books; for accountants."""

    _inherit = "res.config.settings"

    loyalty_has_chart = fields.Boolean(
        compute="_compute_loyalty_has_chart",
        help="Whether the company, or its head office, has a chart of accounts.",
    )
    loyalty_root_company_id = fields.Many2one(
        "res.company",
        compute="_compute_loyalty_has_chart",
        string="Company of the books",
        help="The head office, whose accounts its branches use.",
    )
    loyalty_journal_id = fields.Many2one(related="loyalty_root_company_id.loyalty_journal_id")
    loyalty_deposit_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_deposit_account_id", readonly=False
    )
    loyalty_voucher_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_voucher_account_id", readonly=False
    )
    loyalty_invoiced_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_invoiced_account_id", readonly=False
    )
    loyalty_transfer_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_transfer_account_id", readonly=False
    )
    loyalty_elsewhere_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_elsewhere_account_id", readonly=False
    )
    loyalty_opening_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_opening_account_id", readonly=False
    )
    loyalty_marketing_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_marketing_account_id", readonly=False
    )
    loyalty_expired_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_expired_account_id", readonly=False
    )

    def _compute_loyalty_has_chart(self):
        for settings in self:
            root = settings.company_id.root_id
            settings.loyalty_root_company_id = root
            settings.loyalty_has_chart = bool(root.chart_template)
