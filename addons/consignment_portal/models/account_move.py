from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    consignment_settlement_ids = fields.One2many(
        comodel_name="consignment.settlement",
        inverse_name="bill_id",
        string="Consignment settlements",
        groups="consignment_portal.group_consignment_user",
    )

    def _post(self, soft=True):
        """Override: credit notes lower what articles were sold for."""
        posted = super()._post(soft)
        posted._collect_consignment()
        return posted

    def button_draft(self):
        """Override: see :meth:`_post`."""
        result = super().button_draft()
        self._collect_consignment()
        return result

    def _collect_consignment(self):
        credits = self.filtered(lambda move: move.move_type == "out_refund")
        self.env["consignment.sale"]._collect_products(credits.invoice_line_ids.product_id)
