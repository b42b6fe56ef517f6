from odoo import models

#: Name under which a transaction remembers the states that its orders had.
BEFORE = "b2b_portal_api.states"


class SaleOrder(models.Model):
    """A portal order whose state changed is an event for integrators."""

    _inherit = "sale.order"

    def _compute_b2b_status(self):
        """Override: remember what was, to compare it when the transaction ends.

        A state is computed several times on the way; what is told is where the order ends up.
        """
        hooks = self.env["integrator.webhook"]
        heard = self.filtered(
            lambda order: order.id and hooks._get_listeners("order.state", order.company_id.id)
        )
        if heard:
            heard._remember_states()
        return super()._compute_b2b_status()

    def _remember_states(self):
        before = self.env.cr.precommit.data.setdefault(BEFORE, {})
        if not before:
            # Superuser: told to programs, whoever makes the state change.
            self.env.cr.precommit.add(self.sudo()._tell_states)
        # SQL: the field itself is being computed. Rows of this very recordset.
        self.env.cr.execute(
            "SELECT id, b2b_status FROM sale_order WHERE id = ANY(%s)", [list(self._ids)]
        )
        for order_id, status in self.env.cr.fetchall():
            before.setdefault(order_id, status)

    def _tell_states(self):
        """Write the events of the orders whose state is another one than before."""
        before = self.env.cr.precommit.data.pop(BEFORE, {})
        orders = self.browse(before).exists()
        for order in orders.filtered(lambda order: order.b2b_stage == "placed"):
            if (order.b2b_status or None) != before[order.id]:
                self.env["integrator.webhook"]._emit(
                    "order.state", order.company_id, order._describe_for_integrators
                )
        self.env.flush_all()

    def _describe_for_integrators(self):
        return self.env["integrator.api"]._tell_order(self)
