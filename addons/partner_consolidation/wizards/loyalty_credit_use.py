from odoo import api, fields, models


class LoyaltyCreditUse(models.AbstractModel):
    """Dialogues that pay with credit: a partner's card is used by its number only."""

    _inherit = "loyalty.credit.use"

    partner_note = fields.Char(
        compute="_compute_partner_note",
        compute_sudo=True,
        help="On which terms a partner's card is served, and which of its credit pays first.",
    )

    @api.depends("account_id")
    def _compute_partner_note(self):
        for wizard in self:
            card = wizard.account_id
            note = card and card._describe_terms_at(wizard.company_id)
            wizard.partner_note = note and f"{card.name}: {note}"

    def _get_document_card(self):
        """Hook: the card that the document has already; whoever may change it may use it."""
        return self.env["loyalty.account"]

    def _check_card_access(self):
        """Override: cards of partners that the document has, or that were presented."""
        foreign = self.filtered(lambda wizard: wizard.account_id._is_partners(wizard.company_id))
        for wizard in foreign:
            if wizard.account_id != wizard._get_document_card():
                wizard.account_id._check_presented(wizard.company_id)
        return super(LoyaltyCreditUse, self - foreign)._check_card_access()
