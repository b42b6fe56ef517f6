from .common import ConsignmentCommon


class TestRemoval(ConsignmentCommon):
    def test_articles_of_consignors_and_sales_without_settlement_are_told(self):
        modules = self.env["ir.module.module"]
        self._create_stock(prices=(40, 50))
        count = self.env["consignment.article"].search_count([("state", "=", "stock")])
        (told, *_others) = modules._get_removal_losses({"consignment_portal"})
        self.assertIn(f"Articles in the shops that belong to consignors ({count})", told)
        self.assertEqual(modules._get_removal_losses({"sale"}), [])
