from odoo import Command
from odoo.tests import tagged

from odoo.addons.b2b_portal.exceptions import B2bError
from odoo.addons.b2b_portal.tests.common import B2bCommon


@tagged("post_install", "-at_install")
class TestShopOrder(B2bCommon):
    """What a business customer orders in the website's shop."""

    def _order(self, quantity):
        website = self.env.ref("website.default_website")
        website.company_id = self.company
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": website.id,
                "order_line": [
                    Command.create({"product_id": self.shown.id, "product_uom_qty": quantity})
                ],
            }
        )
        return order.with_user(self.buyer.user_id).sudo()

    def test_packs_hold_in_the_shop_too(self):
        self.shown.b2b_pack_size = 6
        with self.assertRaisesRegex(B2bError, "packs of 6"):
            self._order(7).action_confirm()
        order = self._order(12)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_minimum_order_holds_in_the_shop_too(self):
        self.company.b2b_minimum_order = 1000
        with self.assertRaisesRegex(B2bError, "minimum order"):
            self._order(1).action_confirm()
