"""What a customer reads about orders: the list, and what the page of one order shows."""

from odoo import api, models
from odoo.fields import Domain

from ..const import MAX_SEARCH

#: What a row of the list shows; read with the search, in one query.
ROW_FIELDS = (
    "name",
    "client_order_ref",
    "date_order",
    "b2b_wished_date",
    "b2b_status",
    "amount_total",
    "currency_id",
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_b2b_list_domain(self, member, rows, *, search="", status=""):
        """Return the Domain of a member's list of orders; quotations have a list of their own.

        :param rows: the company's table of states by key, see ``b2b.status._get_by_key``
        :param search: part of the number or of the customer's reference
        :param status: a state; others that the shop gives the same label are found with it
        """
        keys = [key for key, row in rows.items() if row.visible]
        if status in rows:
            keys = [key for key in keys if rows[key].name == rows[status].name]
        domain = self._get_b2b_customer_domain(member) & Domain("b2b_status", "in", keys)
        if member.sees == "own":
            domain &= Domain("b2b_member_id", "=", member.id)
        if search := search.strip()[:MAX_SEARCH]:
            domain &= Domain("name", "ilike", search) | Domain("client_order_ref", "ilike", search)
        return domain

    @api.model
    def _fetch_b2b_page(self, domain, *, offset, limit):
        """Return a page of a list of orders, the newest first, with what its rows show."""
        return self.search_fetch(domain, ROW_FIELDS, offset=offset, limit=limit)

    def _get_b2b_shipments(self):
        """Return shipments and returns for the page of an order, the newest last.

        :return: list of dicts: picking, kind (``shipment``, ``return``), state (``preparing``,
            ``ready``, ``shipped``, ``delivered``, ``expected``, ``received``), date, links
        """
        self.ensure_one()
        shown = self.picking_ids.filtered(
            lambda picking: picking.state not in ("draft", "cancel")
            and (picking._is_b2b_shipment() or picking._is_b2b_return())
        )
        return [self._prepare_b2b_shipment(picking) for picking in shown.sorted("id")]

    def _prepare_b2b_shipment(self, picking):
        is_done, is_return = picking.state == "done", picking._is_b2b_return()
        if is_return:
            state = "received" if is_done else "expected"
        elif is_done:
            state = "delivered" if picking.b2b_delivered_on else "shipped"
        else:
            state = "ready" if picking.state == "assigned" else "preparing"
        return {
            "picking": picking,
            "kind": "return" if is_return else "shipment",
            "state": state,
            "date": picking.date_done if is_done else False,
            "links": picking._get_b2b_tracking_links(),
        }

    def _get_b2b_invoices(self, member):
        """Return the order's invoices that a member may see, as superuser."""
        self.ensure_one()
        invoices = self.env["account.move"]
        shown = invoices._get_b2b_shown_domain(member)
        # Superuser: the domain is what the member may see.
        return invoices.sudo().search(shown & Domain("id", "in", self.sudo().invoice_ids.ids))
