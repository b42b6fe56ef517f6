from odoo import models
from odoo.exceptions import UserError

from odoo.addons.accounting_connectors.exceptions import ProviderError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _check_b2b_activation(self):
        """Override: the company's accounting program knows the customer, or finds it by itself."""
        super()._check_b2b_activation()
        # Superuser: a setting of the company.
        backend = (self.company_id or self.env.company).sudo().b2b_accounting_backend_id
        if not backend or self._get_accounting_link(backend):
            return
        try:
            link = backend._link_by_number(self.commercial_partner_id)
        except ProviderError as error:
            raise UserError(
                self.env._(
                    "%(backend)s could not be asked for %(customer)s: %(reason)s Link the customer by "
                    "hand, or try again.",
                    backend=backend.name,
                    customer=self.commercial_partner_id.name,
                    reason=error,
                )
            ) from None
        if not link:
            raise UserError(
                self.env._(
                    "%(customer)s could not be linked by its organisation number: none or several "
                    "customers at %(backend)s have it, or the one who has it is linked with somebody "
                    "else. Press “Link” under “Sales & Purchase” on the contact first.",
                    backend=backend.name,
                    customer=self.commercial_partner_id.name,
                )
            )

    def _get_b2b_invoice_refusal(self, company):
        """Override: whoever is not known there cannot be invoiced."""
        refusal = super()._get_b2b_invoice_refusal(company)
        # Superuser: settings of the company, of which only the answer is told.
        backend = company.sudo().b2b_accounting_backend_id
        if not refusal and backend and not self._get_accounting_link(backend):
            return self.env._("Payment by invoice is not available; choose another way to pay.")
        return refusal
