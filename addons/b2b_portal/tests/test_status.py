from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..const import STATUSES
from .common_orders import B2bOrdersCase


@tagged("post_install", "-at_install")
class TestStatus(B2bOrdersCase, TransactionCase):
    def test_an_order_goes_from_ordered_to_delivered(self):
        self.shown.is_storable = True
        order = self._place(self.buyer, shown=2)
        self.assertEqual(order.b2b_status, "ordered")
        self._stock(2)
        order.picking_ids.action_assign()
        self.assertEqual(order.b2b_status, "ready")
        picking = self._ship(order)
        self.assertEqual(order.b2b_status, "shipped")
        self._invoice(order)
        self.assertEqual(order.b2b_status, "invoiced")
        picking.action_b2b_delivered()
        self.assertEqual(order.b2b_status, "delivered")

    def test_a_part_that_left_is_partly_shipped_until_the_rest_left(self):
        order = self._place(self.buyer, shown=5)
        self._ship(order, 2)
        self.assertEqual(order.b2b_status, "partly_shipped")
        self._ship(order)
        self.assertEqual(order.b2b_status, "shipped")

    def test_a_rest_that_will_not_come_leaves_the_order_shipped(self):
        order = self._place(self.buyer, shown=5)
        self._ship(order, 2)
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.action_cancel()
        self.assertEqual(order.b2b_status, "shipped")

    def test_a_draft_invoice_is_no_invoice(self):
        order = self._place(self.buyer, shown=1)
        self._ship(order)
        invoice = self._invoice(order, post=False)
        self.assertEqual(order.b2b_status, "shipped")
        invoice.action_post()
        self.assertEqual(order.b2b_status, "invoiced")
        invoice.button_draft()
        self.assertEqual(order.b2b_status, "shipped")

    def test_goods_that_come_back_do_not_take_the_shipment_back(self):
        order = self._place(self.buyer, shown=3)
        picking = self._ship(order)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 3
        back = wizard._create_return()
        self.assertEqual(order.b2b_status, "shipped")
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(order.b2b_status, "shipped")

    def test_locking_an_order_changes_nothing_for_its_customer(self):
        order = self._place(self.buyer, shown=1)
        before = order.b2b_status
        order.action_lock()
        self.assertEqual(order.b2b_status, before)

    def test_a_cancelled_order_is_cancelled(self):
        order = self._place(self.buyer, shown=1)
        order._action_cancel()
        self.assertEqual(order.b2b_status, "cancelled")
        order.action_draft()
        self.assertFalse(order.b2b_status)

    def test_services_are_ordered_then_delivered(self):
        self.shown.type = "service"
        order = self._place(self.buyer, shown=1)
        self.assertEqual(order.b2b_status, "ordered")
        order.order_line.qty_delivered = 1
        self.assertEqual(order.b2b_status, "delivered")

    def test_what_is_picked_in_the_house_is_not_shipped(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.delivery_steps = "pick_ship"
        order = self._place(self.buyer, shown=1)
        self._ship(order)
        self.assertIn(order.b2b_status, ("ordered", "ready"))
        self._ship(order)
        self.assertEqual(order.b2b_status, "shipped")

    def test_every_company_has_the_whole_table_also_a_new_one(self):
        company = self.env["res.company"].create({"name": "Branch"})
        for found in (self.company, company):
            rows = self.env["b2b.status"].search([("company_id", "=", found.id)])
            self.assertEqual(rows.mapped("key"), [key for key, *_rest in STATUSES])
        hidden = rows.filtered(lambda row: not row.visible)
        self.assertEqual(hidden.mapped("key"), ["cancelled"])

    def test_production_is_told_as_processing(self):
        rows = self.env["b2b.status"]._get_by_key(self.company)
        labels = {key: row.name for key, row in rows.items()}
        self.assertEqual(labels["waiting_production"], "Processing")
        self.assertEqual(labels["in_production"], "Processing")
        self.assertEqual((labels["invoiced"], labels["delivered"]), ("Shipped", "Shipped"))

    def test_only_sales_managers_change_the_table(self):
        row = self.env["b2b.status"].search([("company_id", "=", self.company.id)], limit=1)
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        manager = new_test_user(self.env, "manager", groups="sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            row.with_user(seller).name = "Mine"
        row.with_user(manager).name = "Received"
        self.assertEqual(row.name, "Received")

    def test_what_has_not_left_cannot_arrive(self):
        order = self._place(self.buyer, shown=1)
        with self.assertRaises(UserError):
            order.picking_ids.action_b2b_delivered()
        self.assertFalse(order.picking_ids.b2b_delivered_on)

    def test_customers_cannot_mark_a_shipment_as_delivered(self):
        order = self._place(self.buyer, shown=1)
        picking = self._ship(order)
        with self.assertRaises(AccessError):
            picking.with_user(self.buyer.user_id).action_b2b_delivered()
        self.assertFalse(picking.b2b_delivered_on)

    def _stock(self, quantity):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.shown, warehouse.lot_stock_id, quantity
        )

    def test_an_order_of_goods_and_services_waits_for_the_goods(self):
        service = self._create_product("Assembly", 10, type="service")
        order = self._quote()
        order.order_line = [Command.create({"product_id": service.id, "product_uom_qty": 1})]
        order.action_confirm()
        order.order_line.filtered(lambda line: line.product_id == service).qty_delivered = 1
        self.assertEqual(order.b2b_status, "ready")
