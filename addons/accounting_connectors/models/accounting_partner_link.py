from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountingPartnerLink(models.Model):
    """Who a partner is at the provider; several partners may share one customer there."""

    _name = "accounting.partner.link"
    _description = "Customer at an accounting provider"
    _order = "partner_id, backend_id"
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
        string="Customer",
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
    external_name = fields.Char(
        readonly=True, string="Name there", help="As it was when it was linked."
    )

    _partner_unique = models.UniqueIndex(
        "(backend_id, partner_id)", "This customer is linked already."
    )

    @api.depends("external_id", "external_name")
    def _compute_display_name(self):
        """Override: the ID and the name there."""
        for link in self:
            link.display_name = f"{link.external_id or ''} {link.external_name or ''}".strip()

    def action_open(self):
        """Button: open the dialogue that shows both sides, to link anew or unlink."""
        self.ensure_one()
        return self.partner_id._open_accounting_link(backend_id=self.backend_id.id)

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
