from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountingPartnerLink(models.Model):
    """Who a partner is at the provider; several partners may share one customer there."""

    _name = "accounting.partner.link"
    _description = "Customer at an accounting provider"
    _rec_name = "external_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "accounting.backend", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        help="Whose invoices name that customer.",
    )
    external_id = fields.Char(
        required=True,
        index=True,
        string="Customer ID",
        help="By which the provider's calls name it.",
    )
    shown_id = fields.Char(string="Customer number", help="The number people see there.")
    external_name = fields.Char(readonly=True, help="As it was when it was linked.")

    _partner_unique = models.UniqueIndex(
        "(backend_id, partner_id)", "This customer is linked already."
    )

    @api.constrains("partner_id")
    def _check_commercial(self):
        for link in self:
            if link.partner_id != link.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Link %(company)s, not a contact of it.",
                        company=link.partner_id.commercial_partner_id.display_name,
                    )
                )
