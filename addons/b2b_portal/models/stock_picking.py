from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "b2b.shown"]

    b2b_delivered_on = fields.Date(
        string="Delivered on",
        copy=False,
        tracking=True,
        help="The day the goods arrived at the customer. Customers see their order as delivered "
        "once all its shipments arrived.",
    )

    _b2b_delivered_is_done = models.Constraint(
        "CHECK (b2b_delivered_on IS NULL OR state = 'done')",
        "Only what was shipped can have arrived.",
    )

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Override: shipments and returns of orders that are shown; no transfers in the house."""
        # any!: the domain of orders is the whole condition; their rules would ask it again.
        orders = Domain("sale_id", "any!", self.env["sale.order"]._get_b2b_shown_domain(member))
        outside = Domain("location_id.usage", "=", "customer") | Domain(
            "location_dest_id.usage", "=", "customer"
        )
        return orders & outside

    def _is_b2b_shipment(self):
        """Tell whether the transfer brings goods to the customer."""
        self.ensure_one()
        return self.location_dest_id.usage == "customer"

    def _is_b2b_return(self):
        """Tell whether the transfer brings goods back from the customer."""
        self.ensure_one()
        return self.location_id.usage == "customer"

    def action_b2b_delivered(self):
        """Button: note that shipments arrived today.

        :raise UserError: one of them was not shipped to a customer
        """
        self.check_access("write")
        unfit = self.filtered(
            lambda picking: picking.state != "done" or not picking._is_b2b_shipment()
        )
        if unfit:
            raise UserError(
                self.env._("Not shipped to a customer yet: %s.", ", ".join(unfit.mapped("name")))
            )
        waiting = self.filtered(lambda picking: not picking.b2b_delivered_on)
        waiting.write({"b2b_delivered_on": fields.Date.context_today(self)})

    def _get_b2b_tracking_links(self):
        """Return all links to follow a shipment: a list of ``(text, address)``.

        Carriers of several parcels give a JSON list of pairs, others one address.
        """
        self.ensure_one()
        if several := self.get_multiple_carrier_tracking():
            return [(str(text), link) for text, link in several if _is_web_address(link)]
        reference, link = self.carrier_tracking_ref, self.carrier_tracking_url
        return [(reference, link)] if _is_web_address(link) else []


def _is_web_address(link):
    """Tell whether a carrier's link leads to the web; anything else is not made a link."""
    return bool(link) and str(link).startswith(("https://", "http://"))
