from odoo import models

from odoo.addons.b2b_portal.const import MAX_SEARCH, STATUSES
from odoo.addons.integrator_api.exceptions import NotFound
from odoo.addons.integrator_api.models.integrator_api_changes import LIMIT, SINCE
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Text, Whole

PERSON = Text("person", "login of the customer's employee for whom it is done")
UNKNOWN = {"not_found": "nobody of this login may use the portal"}
STATES = ", ".join(["approval", "payment", *(key for key, *_words in STATUSES)])
ORDER = (
    f"order (its number), reference, person, state ({STATES}), date, currency, untaxed, total, "
    "lines (a list of product, reference, quantity, delivered, price)"
)


class IntegratorApi(models.AbstractModel):
    """Business customers: what they may order, and what became of it."""

    _inherit = "integrator.api"

    @operation(
        "b2b",
        PERSON,
        Text("search", "words in name, reference or barcode", longest=MAX_SEARCH, default=""),
        Whole("page", "from 1", most=100_000, default=1),
        answer="currency, articles (a list of product, name, reference, unit, pack, price, "
        "breaks (a list of quantity, price), available (yes, no, or empty where it is not told)), "
        "total, page",
        errors=UNKNOWN,
    )
    def b2b_catalogue(self, person, search, page):
        """List articles with the customer's prices, a page at a time."""
        member = self._find_member(person)
        customer, company = member.customer_id, member.company_id
        found = customer._get_b2b_catalogue(company, search=search, page=page)
        currency = customer._get_b2b_currency(company)
        return {
            "currency": currency.name,
            "articles": [self._tell_b2b_article(row, currency) for row in found["articles"]],
            "total": found["total"],
            "page": found["page"],
        }

    @operation(
        "b2b",
        Text("order", "its number", longest=64),
        answer=ORDER,
        errors={"not_found": "there is no portal order of this number"},
    )
    def b2b_order(self, order):
        """Tell where an order stands."""
        found = self.env["sale.order"].search(
            [*self._get_b2b_orders_domain(), ("name", "=", order)], limit=1
        )
        if not found:
            raise NotFound(self.env._("There is no order %s.", order))
        return self._tell_order(found)

    @operation("b2b", SINCE, LIMIT, answer=f"rows (a list of {ORDER}), next, more")
    def b2b_orders(self, since, limit):
        """List the portal orders that changed, the longest ago first."""
        domain = self._get_b2b_orders_domain()
        return self._list_changes("sale.order", domain, since, limit, self._tell_order)

    # === INTERNALS === #

    def _get_b2b_orders_domain(self):
        """Return the domain of orders that were sent from the portal; carts are not shown."""
        return [
            ("company_id", "=", self.env.company.id),
            ("b2b_stage", "in", ["approval", "payment", "placed"]),
        ]

    def _find_member(self, person):
        members = self.env["b2b.member"]
        found = members.search(
            [
                ("user_id.login", "=", person),
                ("company_id", "=", self.env.company.id),
                *members._get_usable_domain(),
            ],
            limit=1,
        )
        if not found:
            raise NotFound(self.env._("Nobody with the login %s may use the portal.", person))
        return found

    def _tell_b2b_article(self, row, currency):
        stock = row["stock"]
        return {
            "product": row["id"],
            "name": row["name"],
            "reference": row["reference"],
            "unit": row["unit"],
            "pack": plain.number(row["pack"]),
            "price": plain.money(row["price"], currency.decimal_places),
            "breaks": [
                {
                    "quantity": plain.number(quantity),
                    "price": plain.money(price, currency.decimal_places),
                }
                for quantity, price in row["breaks"]
            ],
            "available": "" if stock is None else "yes" if stock["available"] else "no",
        }

    def _tell_order(self, order):
        digits = order.currency_id.decimal_places
        waits = order.b2b_stage in ("approval", "payment")
        return {
            "order": order.name,
            "reference": order.client_order_ref or "",
            "person": order.b2b_member_id.user_id.login or "",
            "state": order.b2b_stage if waits else order.b2b_status or "",
            "date": plain.moment(order.date_order),
            "currency": order.currency_id.name,
            "untaxed": plain.money(order.amount_untaxed, digits),
            "total": plain.money(order.amount_total, digits),
            "lines": [
                {
                    "product": line.product_id.id,
                    "reference": line.product_id.default_code or "",
                    "quantity": plain.number(line.product_uom_qty),
                    "delivered": plain.number(line.qty_delivered),
                    "price": plain.money(line.price_unit, digits),
                }
                for line in order._get_b2b_lines()
            ],
        }
