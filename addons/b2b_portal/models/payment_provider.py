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
    def _get_compatible_providers(
        self, company_id, partner_id, *args, sale_order_id=None, report=None, **kwargs
    ):
        """Override of ``payment``: "Invoice" is offered to those who may pay by invoice only.

        An order that waits for payment is paid in a way that brings money before it is confirmed.
        """
        providers = super()._get_compatible_providers(
            company_id, partner_id, *args, sale_order_id=sale_order_id, report=report, **kwargs
        )
        company = self.env["res.company"].browse(company_id)
        partner = self.env["res.partner"].browse(partner_id)
        # Superuser: where the order stands; pages ask for those whose order it is.
        order = self.env["sale.order"].sudo().browse(sale_order_id).exists()
        invoice = providers.filtered(lambda one: one.custom_mode == "b2b_invoice")
        refusal = invoice and partner._get_b2b_invoice_refusal(company)
        if invoice and order and not refusal:
            refusal = order._get_b2b_account_problem()
        if refusal:
            providers -= invoice
            payment_utils.add_to_report(
                report, invoice, available=False, reason=self.env._("only for business customers")
            )
        if order.b2b_stage == "payment":
            providers = providers.filtered(lambda one: one._is_b2b_prepayment())
        return providers

    def _is_b2b_prepayment(self):
        """Tell whether an order that waits for payment may be paid with the provider.

        Payment on delivery or on site confirms an order that nobody has paid. "Invoice" does, too,
        for those who may.
        """
        self.ensure_one()
        return self.code != "custom" or self.custom_mode in ("wire_transfer", "b2b_invoice")
