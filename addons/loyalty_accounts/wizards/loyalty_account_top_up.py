from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class LoyaltyAccountTopUp(models.TransientModel):
    """Credits money that a customer paid in at the desk, and books it."""

    _name = "loyalty.account.top.up"
    _description = "Top up a loyalty account"
    _inherit = ["loyalty.account.entry"]

    amount = fields.Monetary(help="Money that the customer paid in.")
    expiry_date = fields.Date(
        string="Can be spent until",
        compute="_compute_expiry_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day; empty: the credit never expires. Proposed by the company's settings.",
    )
    has_books = fields.Boolean(
        compute="_compute_has_books",
        help="Whether the company has a chart of accounts, so that the money is booked.",
    )
    journal_domain = fields.Binary(
        compute="_compute_has_books", help="The journals that money can come in by."
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Paid by",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        help="Cash or bank by which the money came in. It is booked there at once.",
    )
    note = fields.Char(
        string="Payment reference",
        help="Number of the receipt or bank payment by which the money came in.",
    )

    @api.depends("account_id")
    def _compute_expiry_date(self):
        for wizard in self:
            company = wizard.account_id.company_id
            wizard.expiry_date = company and company._get_loyalty_credit_expiry("top_up")

    @api.depends("account_id")
    def _compute_has_books(self):
        for wizard in self:
            company = wizard.account_id.company_id
            wizard.has_books = bool(company and company._get_loyalty_books())
            wizard.journal_domain = list(wizard._get_journal_domain())

    @api.depends("account_id")
    def _compute_journal_id(self):
        for wizard in self:
            # Cash before bank: that is what comes in at a desk.
            wizard.journal_id = wizard.has_books and wizard.journal_id.search(
                wizard._get_journal_domain(), order="type desc, sequence, id", limit=1
            )

    def _get_journal_domain(self):
        """Cash and bank of the establishment or its head office, in its currency."""
        company = self.account_id.company_id
        return (
            Domain("type", "in", ("cash", "bank"))
            & Domain("company_id", "parent_of", company.ids)
            & Domain("currency_id", "in", (False, company.currency_id.id))
            & Domain("id", "not in", list(self.env["account.journal"]._get_loyalty_journal_ids()))
        )

    def action_confirm(self):
        """Credit the amount and book it; pressing twice does it once."""
        self.ensure_one()
        if self.has_books and not self.journal_id.filtered_domain(self._get_journal_domain()):
            raise UserError(self.env._("Choose by which cash or bank journal the money came in."))
        movement = self.env["loyalty.ledger"]._top_up(
            self.account_id,
            self.amount,
            key=self._get_request_key(),
            company=self.account_id.company_id,
            note=self.note,
            expiry_date=self.expiry_date,
        )
        if self.has_books:
            self.env["loyalty.books"]._book_top_up(movement, self.journal_id)
        return {"type": "ir.actions.act_window_close"}
