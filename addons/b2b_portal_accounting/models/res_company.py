from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    b2b_accounting_backend_id = fields.Many2one(
        "accounting.backend",
        string="Business customers are known to",
        domain="[('company_id', '=', id)]",
        help="A business customer's portal is opened only when it is linked with a customer there. "
        "Empty: it need not be.",
    )

    def _is_b2b_invoice_offered(self):
        """Override: what nobody could invoice is not offered."""
        backend = self.b2b_accounting_backend_id
        return super()._is_b2b_invoice_offered() and (not backend or backend.state == "connected")
