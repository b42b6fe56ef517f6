from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_client_documents(self):
        """Override: receipts, too."""
        return [*super()._get_client_documents(), "pos.order"]
