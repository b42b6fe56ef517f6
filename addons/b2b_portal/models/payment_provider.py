from odoo import api, fields, models

from odoo.addons.payment import utils as payment_utils

from ..const import INVOICE_METHOD_CODES


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    custom_mode = fields.Selection(selection_add=[("b2b_invoice", "Invoice")])

    def _get_default_payment_method_codes(self):
        """Override of ``payment``: the method of the option "Invoice"."""
        self.ensure_one()
        if self.custom_mode != "b2b_invoice":
            return super()._get_default_payment_method_codes()
        return INVOICE_METHOD_CODES

    @api.model
    def _get_compatible_providers(self, company_id, partner_id, *args, report=None, **kwargs):
        """Override of ``payment``: "Invoice" is offered to those who may pay by invoice only."""
        providers = super()._get_compatible_providers(
            company_id, partner_id, *args, report=report, **kwargs
        )
        company = self.env["res.company"].browse(company_id)
        if self.env["res.partner"].browse(partner_id)._get_b2b_invoice_refusal(company):
            invoice = providers.filtered(lambda one: one.custom_mode == "b2b_invoice")
            providers -= invoice
            payment_utils.add_to_report(
                report, invoice, available=False, reason=self.env._("only for business customers")
            )
        return providers
