"""Settlements that are paid out."""

from odoo import fields, models
from odoo.exceptions import UserError


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    payout_id = fields.Many2one(
        comodel_name="consignment.payout", readonly=True, copy=False, index="btree_not_null"
    )

    def _is_free_to_pay(self):
        """Tell whether it is to pay, and no payout at work is about to."""
        self.ensure_one()
        # Superuser: that it is being paid is known to whoever sees the settlement.
        return self.state == "confirmed" and self.sudo().payout_id.state != "running"

    def _get_unpayable(self, method):
        """Return the settlements whose payees lack what a method needs."""
        if method != "bank":
            return self.browse()
        return self.filtered(lambda settlement: not settlement.payee_id.iban)

    def action_undo_payout(self):
        """Take payouts back; the settlements are to pay again.

        :raise UserError: one is not paid, or was paid in a way that is taken back elsewhere
        """
        self.check_access("write")
        self._touch()
        for settlement in self:
            if settlement.state != "paid":
                raise UserError(self.env._("%s is not paid.", settlement.display_name))
            # Superuser: paying out is the right that counts; bookings and credit follow from it.
            sudo = settlement.sudo()
            payout = sudo.payout_id
            sudo._undo_payout()
            sudo.payout_id = False
            sudo.message_post(body=self.env._("Payout %s was taken back.", payout.name))
        return True

    def _undo_payout(self):
        """Take one payout back; extended by apps that can.

        :raise UserError: it cannot be taken back here; says where it can
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(settlement)s was paid with money. Cancel its payment on %(bill)s; then it is to "
                "pay again.",
                settlement=self.display_name,
                bill=self.bill_id.display_name,
            )
        )
