from odoo import models

from odoo.addons.b2b_portal.const import MAX_LINES, MAX_REFERENCE
from odoo.addons.b2b_portal.exceptions import B2bError, CartChanged, NotAvailable
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules.arguments import Amount, Day, Rows, Text, Whole

from .integrator_api import ORDER, PERSON, UNKNOWN

LINES = Rows(
    "lines",
    "what is ordered",
    columns=(
        Whole("product", "its id, see b2b_catalogue"),
        Amount("quantity", "in the product's own unit"),
    ),
    most=MAX_LINES,
)


class IntegratorApi(models.AbstractModel):
    """Ordering for an employee of a business customer."""

    _inherit = "integrator.api"

    @operation(
        "b2b",
        PERSON,
        LINES,
        Text("reference", "the customer's own", longest=MAX_REFERENCE, default=""),
        Day("wished_date", "of delivery", default=None),
        answer=ORDER,
        errors={
            **UNKNOWN,
            "not_available": "an article is not for this customer, or not any more",
            "order_refused": "the portal would refuse it: quantity, pack, minimum, credit, role",
        },
        request="kept",
    )
    def b2b_create_order(self, person, lines, reference, wished_date):
        """Order articles at the customer's prices, all or nothing."""
        member = self._find_member(person)
        # As the person, whose role and limit count wherever the order is checked.
        orders = self.env["sale.order"].with_user(member.user_id).sudo()
        # The integrator fills this cart: the person's own stays as it is.
        vals = orders._prepare_b2b_cart_vals(member, self.env.user)
        cart = (
            orders.with_company(member.company_id)
            .with_context(mail_create_nosubscribe=True)
            .create({**vals, "b2b_member_id": member.id})
        )
        for line in lines:
            cart._set_b2b_quantity(member, line["product"], f"{line['quantity']:f}", add=True)
        wished = {"wished_date": wished_date.isoformat()} if wished_date else {}
        cart._write_b2b_details(member, {"reference": reference, **wished})
        cart._refresh_b2b_cart(member)
        order = orders._submit_b2b(member, cart.id, cart._get_b2b_shown_total())
        return self._tell_order(order)

    def _get_error_code(self, error):
        """Override: the portal's refusals."""
        if isinstance(error, (NotAvailable, CartChanged)):
            return "not_available"
        if isinstance(error, B2bError):
            return "order_refused"
        return super()._get_error_code(error)
