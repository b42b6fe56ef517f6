from odoo import Command, api, fields, models

#: The accounts of the credit, as ``field: (name, type, first code tried)``; see docs/adr/0005.
ACCOUNTS = {
    "loyalty_deposit_account_id": ("Customer deposits", "liability_current", "219000"),
    "loyalty_voucher_account_id": ("Single-purpose vouchers", "liability_current", "219100"),
    "loyalty_invoiced_account_id": (
        "Top-ups invoiced, not yet paid",
        "liability_current",
        "219200",
    ),
    "loyalty_transfer_account_id": ("Transfers of credit", "liability_current", "219300"),
    "loyalty_elsewhere_account_id": ("Credit moved elsewhere", "asset_current", "119000"),
    "loyalty_opening_account_id": ("Opening balances of credit", "equity", "319000"),
    "loyalty_marketing_account_id": ("Marketing: earned credit", "expense", "619000"),
    "loyalty_expired_account_id": ("Income from expired credit", "income_other", "459000"),
}


class ResCompany(models.Model):
    """Where the credit of a company stands in its books."""

    _inherit = "res.company"

    loyalty_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of the credit",
        copy=False,
        help="Entries of this journal are made by the loyalty ledger alone.",
    )
    loyalty_deposit_account_id = fields.Many2one(
        "account.account", string="Deposits", copy=False, help="What is owed to customers."
    )
    loyalty_voucher_account_id = fields.Many2one(
        "account.account",
        string="Single-purpose vouchers",
        copy=False,
        help="What is owed for vouchers whose tax was due when they were sold, without the tax.",
    )
    loyalty_invoiced_account_id = fields.Many2one(
        "account.account",
        string="Top-ups invoiced",
        copy=False,
        help="Top-ups and vouchers on invoices that are not paid yet.",
    )
    loyalty_transfer_account_id = fields.Many2one(
        "account.account",
        string="Transfers",
        copy=False,
        help="Credit that went to, or came from, accounts of other companies.",
    )
    loyalty_elsewhere_account_id = fields.Many2one(
        "account.account",
        string="Moved elsewhere",
        copy=False,
        help="Counterpart of credit that programs top up or charge without a document here.",
    )
    loyalty_opening_account_id = fields.Many2one(
        "account.account",
        string="Opening balances",
        copy=False,
        help="Counterpart of balances brought over from another system.",
    )
    loyalty_marketing_account_id = fields.Many2one(
        "account.account",
        string="Marketing",
        copy=False,
        help="What earned credit and manual entries cost.",
    )
    loyalty_expired_account_id = fields.Many2one(
        "account.account",
        string="Income from expired credit",
        copy=False,
        help="Paid credit that expired unused.",
    )

    def _get_loyalty_books(self):
        """Return the company whose accounts and journal are used; empty without a chart.

        They are made when they are needed first. A branch uses those of its head office.
        """
        self.ensure_one()
        company = self.sudo().root_id  # accounts of the head office serve its branches
        if not company.chart_template:
            return self.browse()
        company._create_loyalty_books()
        return company

    def _create_loyalty_books(self):
        """Make what is missing of accounts and journal; what is set stays."""
        for name, (title, kind, code) in ACCOUNTS.items():
            if not self[name]:
                self[name] = self._create_loyalty_account(title, kind, code)
        if not self.loyalty_journal_id:
            self.loyalty_journal_id = self._create_loyalty_journal()

    @api.model
    def _create_loyalty_account(self, title, kind, code):
        accounts = self.env["account.account"].with_company(self)
        return accounts.create(
            {
                "name": title,
                "account_type": kind,
                "code": accounts._search_new_account_code(code),
                "company_ids": [Command.link(self.id)],
            }
        )

    def _create_loyalty_journal(self):
        return self.env["account.journal"].create(
            {
                "name": self.env._("Customer credit"),
                "type": "bank",
                "code": "CREDT",
                "company_id": self.id,
                "default_account_id": self.loyalty_deposit_account_id.id,
                "show_on_dashboard": False,
            }
        )
