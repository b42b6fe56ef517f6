"""Where an order stands for its customer, and who may see it at all."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import STATUSES
from ..rules import states


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "b2b.shown"]

    b2b_customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Business customer",
        related="partner_id.commercial_partner_id",
        store=True,
        precompute=True,
        help="The company that ordered, whichever of its contacts the order names.",
    )
    b2b_status = fields.Selection(
        selection=[(key, name) for key, name, *_rest in STATUSES],
        string="Portal status",
        compute="_compute_b2b_status",
        store=True,
        index="btree_not_null",
        copy=False,
        help="Where the order stands, from its deliveries, productions and invoices. The table of "
        "order states says what customers read, and whether they see the order.",
    )

    # Used by the customer's list of orders: the newest of one customer, page by page.
    _b2b_customer_date_idx = models.Index("(b2b_customer_id, date_order DESC, id DESC)")

    @api.depends(
        "state",
        "picking_ids.state",
        "picking_ids.b2b_delivered_on",
        "picking_ids.location_id",
        "picking_ids.location_dest_id",
        "order_line.product_uom_qty",
        "order_line.qty_delivered",
        "order_line.qty_invoiced",
        "order_line.invoice_lines.parent_state",
    )
    def _compute_b2b_status(self):
        for order in self:
            order.b2b_status = order._find_b2b_status()

    def _find_b2b_status(self):
        """Return where the order stands by what is there now, whatever is stored."""
        return states.order_status(self._get_b2b_status_facts()) or False

    def _get_b2b_status_facts(self):
        """Return what decides about the status, as ``states.OrderFacts``.

        Extension point: production.
        """
        self.ensure_one()
        if self.state != "sale":
            return states.OrderFacts(state=self.state)
        transfers = self.picking_ids.filtered(lambda picking: not picking._is_b2b_return())
        outgoing = transfers.filtered(lambda picking: picking._is_b2b_shipment())
        done = outgoing.filtered(lambda picking: picking.state == "done")
        return states.OrderFacts(
            state=self.state,
            transfers=tuple(transfers.mapped("state")),
            is_ready=any(picking.state == "assigned" for picking in outgoing),
            arrivals=tuple(bool(picking.b2b_delivered_on) for picking in done),
            is_performed=self._is_b2b_performed(),
            is_invoiced=self._is_b2b_invoiced(),
        )

    def _is_b2b_performed(self):
        """Tell whether all lines were performed or delivered."""
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return bool(lines) and all(
            line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0
            for line in lines
        )

    def _is_b2b_invoiced(self):
        """Tell whether what was delivered is invoiced, and none of the invoices is a draft."""
        lines = self.order_line.filtered(
            lambda line: line.product_id and not line.display_type and not line.is_downpayment
        )
        moves = lines.invoice_lines.filtered(lambda line: line.parent_state != "cancel")
        return (
            bool(moves)
            and all(line.parent_state == "posted" for line in moves)
            and all(
                line.product_uom_id.compare(line.qty_invoiced, line.qty_delivered) >= 0
                for line in lines
            )
        )

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Override: own company's orders in the states the shop shows, and quotations staff sent."""
        keys = self.env["b2b.status"]._get_visible_keys(member.company_id)
        orders, quotations = Domain("b2b_status", "in", keys), self._get_b2b_quotation_domain()
        if member.sees == "own":
            orders &= Domain("b2b_member_id", "=", member.id)
            quotations &= Domain("partner_id", "=", member.partner_id.id)
        return self._get_b2b_customer_domain(member) & (orders | quotations)

    @api.model
    def _get_b2b_customer_domain(self, member):
        """Return the Domain of a member's company's orders at the shop, in whatever state."""
        return Domain("b2b_customer_id", "=", member.customer_id.id) & Domain(
            "company_id", "=", member.company_id.id
        )

    @api.model
    def _get_b2b_quotation_domain(self):
        """Return the Domain of quotations that staff made and sent."""
        return Domain("state", "=", "sent") & Domain("b2b_stage", "=", False)

    @api.model
    def _get_b2b_waiting_domain(self, member, *stages):
        """Return the Domain of what waits, for whom it concerns: who placed it, who may approve.

        :param stages: ``approval``, ``payment``; both when none is named
        """
        waiting = Domain("b2b_stage", "in", stages or ("approval", "payment")) & Domain(
            "state", "in", ["draft", "sent"]
        )
        if not member._may_approve():
            waiting &= Domain("b2b_member_id", "=", member.id)
        return self._get_b2b_customer_domain(member) & waiting

    @api.model
    def _find_b2b_order(self, member, order_id):
        """Return an order that a member may open, as superuser; empty for any other.

        What waits for approval or payment opens for who placed it and for who may approve.
        """
        # Superuser: the domain is what the member may see; lines and shipments are read with it.
        orders = self.sudo().with_company(member.company_id)
        may = self._get_b2b_shown_domain(member) | self._get_b2b_waiting_domain(member)
        return orders.search(may & Domain("id", "=", order_id))

    def _is_b2b_open_by_link(self):
        """Tell whether an order's own link opens it for somebody who is not logged in.

        Quotations that staff sent do; what a customer is still working on, or what the shop does
        not show, does not.
        """
        self.ensure_one()
        # Superuser: asked by anonymous visitors, who are told nothing else.
        order = self.sudo()
        is_business = order.b2b_customer_id.b2b_state == "active" and order.company_id.b2b_enabled
        if not order.b2b_stage and not (is_business and order.b2b_status):
            return True
        keys = self.env["b2b.status"]._get_visible_keys(order.company_id)
        return order.b2b_status in keys

    @api.model
    def _ignores_b2b_link(self, order_id):
        """Tell whether an order's token opens nothing for the current user.

        For business customers their rights decide alone; see ``_is_b2b_open_by_link`` for others.
        """
        user = self.env.user
        if not user.share:
            return False
        order = self.browse(order_id).exists()
        return bool(user._get_b2b_member() or (order and not order._is_b2b_open_by_link()))

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):
        """Override of ``portal``: what a link does not open, it gives no messages of."""
        if self._ignores_b2b_link(thread_id):
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)
