"""Settlements that are paid out."""

from odoo import fields, models


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    payout_id = fields.Many2one(
        comodel_name="consignment.payout", readonly=True, copy=False, index="btree_not_null"
    )

    def _get_unpayable(self, method):
        """Return the settlements whose payees lack what a method needs."""
        if method != "bank":
            return self.browse()
        return self.filtered(lambda settlement: not settlement.payee_id.iban)
