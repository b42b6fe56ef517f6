from odoo import models
from odoo.fields import Domain

from ..exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_b2b_carriers(self):
        """Return ``[(carrier, price or None, problem)]`` of the methods a cart can be sent with.

        Prices are in the cart's currency and without tax; a method without a price cannot be
        chosen, and says why. Empty for a cart that is picked up.
        """
        self.ensure_one()
        if self.b2b_pickup or not any(
            line.product_id.type == "consu" for line in self._get_b2b_lines()
        ):
            return []
        domain = Domain("id", "in", self.company_id.b2b_carrier_ids.ids) & Domain(
            "company_id", "in", [self.company_id.id, False]
        )
        carriers = self.env["delivery.carrier"].search(domain)
        carriers = carriers.available_carriers(self.partner_shipping_id, self)
        return [self._rate_b2b_carrier(carrier) for carrier in carriers]

    def _rate_b2b_carrier(self, carrier):
        rate = carrier.rate_shipment(self)
        if not rate.get("success"):
            return carrier, None, rate.get("error_message") or ""
        return carrier, rate["price"], ""

    def _set_b2b_carrier(self, carrier_id):
        """Send a cart with a delivery method; its cost becomes a line.

        :param carrier_id: as the form sends it
        :raise B2bError: the method is not offered for this cart
        """
        self.ensure_one()
        for carrier, price, problem in self._get_b2b_carriers():
            if str(carrier.id) == str(carrier_id):
                if price is None:
                    raise B2bError(problem)
                self._write_b2b_carrier(carrier, price)
                return
        raise B2bError(self.env._("This delivery method is not available; choose another one."))

    def _write_b2b_carrier(self, carrier, price):
        """Put the delivery cost on the cart, unless the same is there already."""
        line = self.order_line.filtered("is_delivery")
        same = len(line) == 1 and not self.currency_id.compare_amounts(line.price_unit, price)
        if carrier != self.carrier_id or not same:
            self.set_delivery_line(carrier, price)

    def _refresh_b2b_delivery(self):
        """Bring address and delivery cost of a cart up to date.

        Without a chosen method the first that has a price is taken; one that is not offered any
        more is taken off.
        """
        self.ensure_one()
        offered = [
            (carrier, price)
            for carrier, price, _problem in self._get_b2b_carriers()
            if price is not None
        ]
        chosen = next((pair for pair in offered if pair[0] == self.carrier_id), None)
        if chosen or offered:
            self._write_b2b_carrier(*(chosen or offered[0]))
        elif self.carrier_id or self.order_line.filtered("is_delivery"):
            self._remove_delivery_line()
            self.carrier_id = False

    def _refresh_b2b_address(self, member):
        """Send a cart to a saved address, or let it be picked up where there is none."""
        addresses = self._get_b2b_addresses(member)
        values = {"b2b_pickup": not addresses}
        if addresses and self.partner_shipping_id not in addresses:
            values["partner_shipping_id"] = addresses[0].id
        if self.b2b_pickup != values["b2b_pickup"] or len(values) > 1:
            self.write(values)
