from odoo import Command
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.b2b_portal.tests.common_orders import B2bOrdersCase


@tagged("post_install", "-at_install")
class TestProduction(B2bOrdersCase, TransactionCase):
    """Orders made to order, on real manufacturing orders, deliveries and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        to_order = warehouse.mto_pull_id.route_id
        to_order.active = True
        cls.sheet = cls._create_product("Steel sheet", 5, is_storable=True)
        cls.shown.write(
            {
                "is_storable": True,
                "route_ids": [Command.set([to_order.id, warehouse.manufacture_pull_id.route_id.id])],
            }
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.shown.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [Command.create({"product_id": cls.sheet.id, "product_qty": 1})],
            }
        )
        cls.env["stock.quant"]._update_available_quantity(cls.sheet, warehouse.lot_stock_id, 100)

    def _production(self, order):
        return order.stock_reference_ids.production_ids.filtered(
            lambda production: production.state not in ("done", "cancel")
        )

    def _make(self, production, quantity=None):
        """Make a production's goods, or a part of them; the rest becomes a back-order."""
        production.qty_producing = quantity or production.product_qty
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        rest = production.ids if production.qty_producing < production.product_qty else []
        production.with_context(skip_backorder=True, mo_ids_to_backorder=rest).button_mark_done()

    def test_an_order_waits_for_production_is_made_shipped_invoiced_and_arrives(self):
        order = self._place(self.buyer, shown=3)
        production = self._production(order)
        self.assertEqual(order.b2b_status, "waiting_production")
        with Form(production) as form:
            form.qty_producing = 1
        self.assertEqual(production.state, "progress")
        self.assertEqual(order.b2b_status, "in_production")
        self._make(production)
        self.assertEqual(order.b2b_status, "ready")
        picking = self._ship(order)
        self.assertEqual(order.b2b_status, "shipped")
        self._invoice(order)
        self.assertEqual(order.b2b_status, "invoiced")
        picking.action_b2b_delivered()
        self.assertEqual(order.b2b_status, "delivered")

    def test_a_production_in_parts_keeps_the_order_in_production(self):
        order = self._place(self.buyer, shown=3)
        self._make(self._production(order), 1)
        self.assertEqual(len(self._production(order)), 1)
        self.assertEqual(order.b2b_status, "in_production")
        self._make(self._production(order))
        self.assertEqual(order.b2b_status, "ready")

    def test_what_left_before_the_rest_is_made_is_partly_shipped(self):
        order = self._place(self.buyer, shown=3)
        self._make(self._production(order), 1)
        self._ship(order, 1)
        self.assertEqual(order.b2b_status, "partly_shipped")
        self._make(self._production(order))
        self._ship(order)
        self.assertEqual(order.b2b_status, "shipped")

    def test_goods_in_stock_beside_made_ones_wait_for_the_production(self):
        pot = self._create_product("Pot", 10)
        self._add_rule(self.pricelist, product_id=pot.id, fixed_price=9)
        cart = self._fill_cart(self.buyer, shown=1)
        cart._set_b2b_quantity(self.buyer, pot.id, "1")
        order = self._submit(self.buyer, cart).with_user(self.env.user)
        self.assertEqual(order.b2b_status, "waiting_production")
        self._make(self._production(order))
        self.assertEqual(order.b2b_status, "ready")

    def test_a_cancelled_production_is_waited_for_no_more(self):
        order = self._place(self.buyer, shown=1)
        self._production(order).action_cancel()
        self.assertEqual(order.b2b_status, "ordered")

    def test_a_cancelled_order_is_cancelled_whatever_is_made(self):
        order = self._place(self.buyer, shown=1)
        order._action_cancel()
        self.assertEqual(order.b2b_status, "cancelled")

    def test_the_table_is_edited_while_orders_are_open(self):
        order = self._place(self.buyer, shown=1)
        orders = self.env["sale.order"].with_user(self.buyer.user_id)
        row = self.env["b2b.status"]._get_by_key(self.company)["waiting_production"]
        self.assertEqual(row.name, "Processing")
        self.assertEqual(orders.search([("id", "=", order.id)]), order)
        row.visible = False
        self.assertFalse(orders.search([("id", "=", order.id)]))
        self._make(self._production(order))
        self.assertEqual(orders.search([("id", "=", order.id)]), order)

    def test_a_seller_without_rights_on_manufacturing_confirms_an_order(self):
        order = self._quote()
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "seller_mrp",
                "group_ids": [
                    Command.set([self.env.ref("sales_team.group_sale_salesman_all_leads").id])
                ],
            }
        )
        order.with_user(seller).action_confirm()
        self.assertEqual(order.b2b_status, "waiting_production")
