"""A shop that sold articles of many consignors, made over the wire."""

import datetime as dt
import uuid

from browser import query
from rpc import JsonRpc

#: Valid, and nobody's.
IBAN = "NL91ABNA0417164300"


def tomorrow():
    """Return the day until which to settle: at the shop it may be tomorrow already."""
    return (dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=1)).date().isoformat()


class SoldOut:
    """Articles of many consignors of the demo's shop 30012, sold by one order each for all.

    :param count: consignors; every third is paid as credit on a card, the others by bank
    :param each: articles of each
    """

    def __init__(self, server, count, each=2):
        self.server, self.call = server, JsonRpc(server, "admin")
        self.mark = uuid.uuid4().hex[:8]
        (self.shop,) = self.call("consignment.shop", "search", [["number", "=", "30012"]])
        self.consignors = self._create_consignors(count)
        self.articles = self._create_articles(each)
        self._sell()

    def _create_consignors(self, count):
        values = [
            {
                "shop_id": self.shop,
                "last_name": f"{self.mark} {number:03}",
                "payout_method": "bank" if number % 3 else "credit",
            }
            for number in range(count)
        ]
        consignors = self.call("consignment.consignor", "create", values)
        for consignor in consignors:
            self.call("consignment.consignor", "write", [consignor], {"iban": IBAN})
        return consignors

    def _create_articles(self, each):
        ((category,),) = query(
            self.server, "SELECT max(id) FROM product_category WHERE consignment_ok"
        )
        intakes = self.call(
            "consignment.intake", "create", [{"consignor_id": one} for one in self.consignors]
        )
        values = [
            {
                "intake_id": intake,
                "name": f"{self.mark} {number}",
                "price": 20,
                "categ_id": category,
            }
            for intake in intakes
            for number in range(each)
        ]
        articles = self.call("consignment.article", "create", values)
        for intake in intakes:
            self.call("consignment.intake", "action_submit", [intake])
            self.call("consignment.intake", "action_accept", [intake])
        return articles

    def _sell(self):
        products = self.call("consignment.article", "read", self.articles, ["product_id"])
        lines = [
            [0, 0, {"product_id": one["product_id"][0], "product_uom_qty": 1, "price_unit": 20}]
            for one in products
        ]
        partner = self.call("res.partner", "create", [{"name": f"Buyer {self.mark}"}])[0]
        order = self.call("sale.order", "create", [{"partner_id": partner, "order_line": lines}])
        self.call("sale.order", "action_confirm", order)
        (pickings,) = self.call("sale.order", "read", order, ["picking_ids"])
        moves = self.call("stock.move", "search", [["picking_id", "in", pickings["picking_ids"]]])
        self.call("stock.move", "write", moves, {"picked": True})
        context = {"skip_sms": True}
        self.call("stock.picking", "button_validate", pickings["picking_ids"], context=context)
