from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestEnded(ConsignmentCommon):
    """Wherever a piece is, ending its article takes it from there, and no stock is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._create_stock()
        cls.home = cls.shop.warehouse_id.lot_stock_id

    def _count(self, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.article.product_id.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("quantity"))

    def _get_quant(self):
        return self.env["stock.quant"].search(
            [("product_id", "=", self.article.product_id.id), ("location_id", "=", self.home.id)]
        )

    def test_a_piece_on_a_shelf_leaves_the_shelf(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.home.id})
        self._get_quant().move_quants(shelf)
        self.article.with_user(self.staff).action_return()
        self.assertEqual((self._count(shelf), self._count(self.home)), (0, 0))

    def test_a_piece_leaves_the_warehouse_that_the_shop_had(self):
        warehouse = self.env["stock.warehouse"].create({"name": "New", "code": "NEW"})
        self.shop.warehouse_id = warehouse
        self.article.with_user(self.staff).action_donate()
        self.assertEqual((self._count(self.home), self._count(warehouse.lot_stock_id)), (0, 0))

    def test_a_piece_that_was_counted_away_is_lost_once_and_found_again(self):
        quant = self._get_quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 0
        quant.action_apply_inventory()
        self.article.with_user(self.staff)._end("lost")
        self.assertEqual((self.article.state, self._count(self.home)), ("lost", 0))
        self.article.with_user(self.staff).action_undo_end()
        self.assertEqual((self.article.state, self._count(self.home)), ("stock", 1))

    def test_a_warehouse_that_receives_in_steps_has_accepted_articles_on_sale_at_once(self):
        self.shop.warehouse_id.write(
            {"reception_steps": "three_steps", "delivery_steps": "pick_pack_ship"}
        )
        self.article = self._create_stock()
        self.assertEqual(self._count(self.shop.warehouse_id.lot_stock_id), 1)
        self.article.with_user(self.staff).action_return()
        self.assertEqual(self._count(self.shop.warehouse_id.lot_stock_id), 0)
