from odoo import fields, models
from odoo.exceptions import UserError


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
        """Override: bills stay what the settlement says; for credit notes see :meth:`_post`.

        :raise UserError: one is the bill of a confirmed settlement
        """
        # Superuser: bookkeepers need not have a right on consignments.
        settlement = self.sudo().consignment_settlement_ids.filtered(
            lambda settlement: settlement.stage == "confirmed"
        )[:1]
        if settlement:
            raise UserError(
                self.env._(
                    "%(bill)s is the bill of %(settlement)s. Reverse the settlement instead.",
                    bill=settlement.bill_id.display_name,
                    settlement=settlement.display_name,
                )
            )
        result = super().button_draft()
        self._collect_consignment()
        return result

    def _collect_consignment(self):
        credits = self.filtered(lambda move: move.move_type == "out_refund")
        self.env["consignment.sale"]._collect_products(credits.invoice_line_ids.product_id)
