from ..hooks import post_init_hook, uninstall_hook
from .common import TillCommon


class TestRemoval(TillCommon):
    def test_articles_leave_the_till_with_the_module_and_come_back_with_it(self):
        articles = self._create_stock(prices=(40, 50))
        self.assertEqual(articles.product_id.mapped("available_in_pos"), [True, True])
        uninstall_hook(self.env)
        self.assertEqual(articles.product_id.mapped("available_in_pos"), [False, False])
        post_init_hook(self.env)
        self.assertEqual(articles.product_id.mapped("available_in_pos"), [True, True])
