from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules import returns

ACTIVITY = "b2b_portal.mail_activity_type_return"


class B2bReturnRequest(models.Model):
    """A customer asks to send goods back; staff decide, the customer follows."""

    _name = "b2b.return.request"
    _description = "Return request of a business customer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env["ir.sequence"].next_by_code("b2b.return.request"),
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The order of which goods come back.",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    customer_id = fields.Many2one(
        related="order_id.b2b_customer_id", store=True, string="Business customer"
    )
    member_id = fields.Many2one(
        comodel_name="b2b.member",
        string="Asked by",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="The customer's employee who asked, and who is told what was decided.",
    )
    reason = fields.Text(required=True, readonly=True, help="Written by the customer.")
    photo = fields.Binary(
        attachment=True, readonly=True, copy=False, help="A picture the customer sent."
    )
    line_ids = fields.One2many(
        comodel_name="b2b.return.request.line",
        inverse_name="request_id",
        string="Articles",
        readonly=True,
    )
    decision = fields.Selection(
        selection=[("open", "Open"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        help="What staff decided.",
    )
    decline_reason = fields.Char(readonly=True, copy=False, help="Told to the customer.")
    picking_ids = fields.One2many(
        comodel_name="stock.picking",
        inverse_name="b2b_return_id",
        string="Returns",
        readonly=True,
        help="The receipts that accepting made.",
    )
    state = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("received", "Received"),
            ("refunded", "Refunded"),
        ],
        compute="_compute_state",
        store=True,
        tracking=True,
        index=True,
        help="Received: all goods came in. Refunded: a credit note with one of the articles was "
        "posted after the request.",
    )

    @api.depends(
        "decision",
        "picking_ids.state",
        "line_ids.order_line_id.invoice_lines.parent_state",
        "line_ids.order_line_id.invoice_lines.move_type",
    )
    def _compute_state(self):
        for request in self:
            request.state = returns.return_state(
                request.decision, request._is_received(), request._is_refunded()
            )

    def _is_received(self):
        self.ensure_one()
        states = set(self.picking_ids.mapped("state")) - {"cancel"}
        return states == {"done"}

    def _is_refunded(self):
        self.ensure_one()
        return any(
            line.move_type == "out_refund"
            and line.parent_state == "posted"
            and self.create_date
            and line.create_date >= self.create_date
            for line in self.line_ids.order_line_id.invoice_lines
        )

    def action_accept(self):
        """Button: accept, and make Odoo's return of the goods.

        :raise AccessError: the user may not change the request
        :raise UserError: it is decided already, or goods cannot be found in the shipments
        """
        self.ensure_one()
        self._check_open()
        self.decision = "accepted"
        self._create_returns()
        self._tell(
            self.env._(
                "You may send back what %(request)s names. Write the number on the parcel.",
                request=self.name,
            )
        )

    def action_decline(self):
        """Button: open the dialogue that asks for the reason."""
        self.ensure_one()
        self._check_open()
        return self.env["b2b.refusal"]._open(self)

    def _refuse_b2b_request(self, reason):
        """Decline; called by the dialogue."""
        self.ensure_one()
        self._check_open()
        self.write({"decision": "declined", "decline_reason": reason})
        self._tell(
            self.env._(
                "Your request %(request)s is declined: %(reason)s",
                request=self.name,
                reason=reason,
            )
        )

    def _check_open(self):
        """Refuse decisions by customers, and a second decision.

        :raise AccessError: the user may not change the request
        """
        self.check_access("write")
        # Two press at once: the touched row makes the second wait, fail and run again.
        self.env.cr.execute(
            "UPDATE b2b_return_request SET write_date = write_date WHERE id = %s", [self.id]
        )
        if self.decision != "open":
            raise UserError(self.env._("%s is decided already.", self.name))

    def _tell(self, sentence):
        self.activity_feedback([ACTIVITY])
        self.order_id._tell_b2b_customer(sentence, self.member_id.partner_id)

    def _create_returns(self):
        """Make a return of each shipment that goods are taken back from."""
        taken = {}
        for line in self.line_ids:
            for move, quantity in line._allocate():
                taken.setdefault(move.picking_id, {})[move] = quantity
        for picking, moves in taken.items():
            # Superuser: sellers decide about returns without rights in the warehouse.
            wizard = self.env["stock.return.picking"].sudo().create({"picking_id": picking.id})
            for wizard_line in wizard.product_return_moves:
                wizard_line.quantity = moves.get(wizard_line.move_id, 0)
            wizard._create_return().b2b_return_id = self

    @api.model
    def _prepare_vals(self, member, order, quantities, reason, photo):
        """Return the values of a request; see ``sale.order._request_b2b_return``."""
        lines = [
            Command.create({"order_line_id": line.id, "quantity": quantity})
            for line, quantity in quantities.items()
        ]
        return {
            "order_id": order.id,
            "member_id": member.id,
            "reason": reason,
            "photo": photo,
            "line_ids": lines,
        }
