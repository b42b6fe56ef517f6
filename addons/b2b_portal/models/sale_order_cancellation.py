"""Customers ask to cancel an order, once; staff accept or refuse."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..const import CANCELLABLE, MAX_NOTE
from ..exceptions import B2bError

ACTIVITY = "b2b_portal.mail_activity_type_cancellation"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    b2b_cancel_state = fields.Selection(
        selection=[
            ("requested", "Cancellation requested"),
            ("accepted", "Cancellation accepted"),
            ("refused", "Cancellation refused"),
        ],
        string="Cancellation",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The customer asked in the portal to cancel the order; that can be asked once.",
    )
    b2b_cancel_reason = fields.Text(
        string="Reason to cancel", readonly=True, copy=False, help="Written by the customer."
    )
    b2b_cancel_member_id = fields.Many2one(
        comodel_name="b2b.member",
        string="Cancellation asked by",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Is told what was decided.",
    )

    def _may_b2b_cancel(self, member):
        """Tell whether a member can ask to cancel the order now."""
        self.ensure_one()
        return member._may_order() and not self.b2b_cancel_state and self.b2b_status in CANCELLABLE

    def _request_b2b_cancellation(self, member, reason):
        """Ask the shop to cancel an order.

        :raise B2bError: no reason, asked before, or something has left already
        """
        self.ensure_one()
        reason = self._limit_b2b_text(reason, MAX_NOTE)
        if not reason:
            raise B2bError(self.env._("Tell us why the order should be cancelled."))
        # Two presses at once: the touched row makes the second wait, fail and run again.
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date WHERE id = %s", [self.id]
        )
        if not self._may_b2b_cancel(member):
            raise B2bError(
                self.env._("This order cannot be cancelled here any more. Send us a message.")
            )
        self.write(
            {
                "b2b_cancel_state": "requested",
                "b2b_cancel_reason": reason,
                "b2b_cancel_member_id": member.id,
            }
        )
        self.activity_schedule(
            ACTIVITY,
            user_id=self._get_b2b_responsible().id,
            note=plaintext2html(reason),
        )

    def action_b2b_cancel_accept(self):
        """Button: cancel the order as its customer asked.

        :raise UserError: nothing was asked, or goods have left meanwhile
        """
        self.ensure_one()
        self._check_b2b_cancel_open()
        if self.b2b_status not in CANCELLABLE:
            raise UserError(
                self.env._("Goods have left already. Refuse, and settle it with the customer.")
            )
        self.action_cancel()
        self._decide_b2b_cancellation(
            "accepted", self.env._("Your order %s was cancelled, as you asked.", self.name)
        )

    def action_b2b_cancel_refuse(self):
        """Button: open the dialogue that asks for the reason."""
        self.ensure_one()
        self._check_b2b_cancel_open()
        return self.env["b2b.refusal"]._open(self)

    def _refuse_b2b_request(self, reason):
        """Refuse to cancel the order; called by the dialogue."""
        self.ensure_one()
        self._check_b2b_cancel_open()
        self._decide_b2b_cancellation(
            "refused",
            self.env._(
                "Your order %(name)s is not cancelled: %(reason)s", name=self.name, reason=reason
            ),
        )

    def _check_b2b_cancel_open(self):
        """Refuse decisions by customers, and about what was not asked or is decided.

        :raise AccessError: the user may not change the order
        """
        self.check_access("write")
        if self.b2b_cancel_state != "requested":
            raise UserError(self.env._("No cancellation of %s is waiting.", self.name))

    def _decide_b2b_cancellation(self, state, sentence):
        self.b2b_cancel_state = state
        self.activity_feedback([ACTIVITY])
        self._tell_b2b_customer(sentence, self.b2b_cancel_member_id.partner_id)
