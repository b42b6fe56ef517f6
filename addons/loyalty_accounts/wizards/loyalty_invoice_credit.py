from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import LoyaltyError


class LoyaltyInvoiceCredit(models.TransientModel):
    """Pays a posted customer invoice with a card's credit."""

    _name = "loyalty.invoice.credit"
    _description = "Pay an invoice with credit"
    _inherit = ["loyalty.credit.use"]

    invoice_id = fields.Many2one("account.move", required=True, readonly=True, ondelete="cascade")
    scan = fields.Char(
        string="Card number", store=False, help="Scan or type the number of the customer's card."
    )
    account_id = fields.Many2one(
        compute="_compute_account_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for invoices that the user may change."""
        wizards = super().create(vals_list)
        wizards.invoice_id._check_loyalty_bookkeeper()
        wizards.invoice_id.check_access("write")
        return wizards

    def write(self, vals):
        """Override: the same for what is changed."""
        result = super().write(vals)
        self.invoice_id._check_loyalty_bookkeeper()
        self.invoice_id.check_access("write")
        return result

    @api.depends("invoice_id")
    def _compute_document(self):
        for wizard in self:
            wizard.company_id = wizard.invoice_id.company_id
            wizard.currency_id = wizard.invoice_id.currency_id
            wizard.amount_due = wizard.invoice_id._get_loyalty_payable()

    @api.depends("invoice_id")
    def _compute_account_id(self):
        """Propose the card of the invoice's order, or the only one that its customer has."""
        for wizard in self:
            invoice = wizard.invoice_id
            wizard.account_id = invoice.loyalty_account_id
            if not wizard.account_id:
                cards = invoice.commercial_partner_id.loyalty_account_ids.filtered(
                    lambda card, invoice=invoice: not card._get_unusable_reason(invoice.company_id)
                )
                wizard.account_id = cards if len(cards) == 1 else False

    @api.onchange("scan")
    def _onchange_scan(self):
        number, self.scan = self.scan, False
        if not number:
            return None
        accounts = self.env["loyalty.account"]
        try:
            card = accounts._find_by_number(number, self.company_id)
            card._check_usable(self.company_id)
        except LoyaltyError as error:
            return {"warning": {"title": self.env._("Card not accepted"), "message": str(error)}}
        self.account_id = card
        return None

    def action_pay(self):
        """Pay; pressing twice pays once.

        :raise UserError: nothing is open, the card is refused, or it has less credit
        """
        self.ensure_one()
        invoice = self.invoice_id
        invoice._check_loyalty_bookkeeper()
        invoice.check_access("write")
        key = f"ui/{self._name}/{self.id}"
        if self.env["loyalty.account.move"].search_count([("key", "=", key)], limit=1):
            return {"type": "ir.actions.act_window_close"}
        if not invoice.loyalty_can_pay:
            raise UserError(self.env._("Only posted customer invoices that are open can be paid."))
        credit, amount = self._parse_use()
        self._authorise()
        invoice._pay_with_loyalty_credit(self.account_id, credit, amount, key)
        return {"type": "ir.actions.act_window_close"}

    def _get_document(self):
        return self.invoice_id

    def _get_bill(self):
        return self.invoice_id._get_loyalty_bill(self.account_id)

    def _get_rate(self):
        if self.credit_currency_id == self.currency_id:
            return Decimal(1)
        return Decimal(repr(self.invoice_id.invoice_currency_rate))
