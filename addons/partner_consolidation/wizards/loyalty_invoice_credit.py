from odoo import api, fields, models

from odoo.addons.loyalty_accounts.exceptions import LoyaltyError

from ..presented import Presented


class LoyaltyInvoiceCredit(models.TransientModel):
    _name = "loyalty.invoice.credit"
    _inherit = ["loyalty.invoice.credit", "consolidation.unpresented"]

    _card_field = "account_id"
    _presented_field = "presented"

    presented = fields.Char(
        help="Number of a partner's card as it was scanned: proof that it is here."
    )

    @api.onchange("scan")
    def _onchange_scan(self):
        """Override: what was scanned opens a partner's card."""
        number = self.scan
        result = super()._onchange_scan()
        if number and self.account_id._is_partners(self.company_id):
            self.presented = number
        return result

    def _get_document_card(self):
        """Override: the card of the invoice's order, or the one that was presented here."""
        card = self.invoice_id.loyalty_account_id
        if self.presented and self.account_id != card:
            return self._find_presented()
        return card

    def _find_presented(self):
        try:
            return self.env["loyalty.account"]._find_by_number(self.presented, self.company_id)
        except LoyaltyError:
            return self.env["loyalty.account"]

    def action_pay(self):
        """Override: the dialogue has checked that the card is here."""
        wizard = self
        if self.account_id == self._get_document_card():
            wizard = Presented.add(self, self.account_id)
        return super(LoyaltyInvoiceCredit, wizard).action_pay()
