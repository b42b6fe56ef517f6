"""Labels of articles; see the wizard ``consignment.label.print``."""

from odoo import models


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    def _get_portal_url(self):
        """Return the address of the article's page for its consignor, as its QR code says it."""
        self.ensure_one()
        base = self.shop_id.get_base_url()
        return f"{base}/consign/{self.shop_id.number}/a/{self.barcode}"
