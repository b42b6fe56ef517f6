from odoo.tests import HttpCase, tagged

from .common import ConsignmentCase


@tagged("post_install", "-at_install")
class TestEntryTour(ConsignmentCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_consignor_enters_on_the_phone_deletes_one_and_signs(self):
        self.start_tour("/consign/30012/enter", "consignment_portal_entry", login="anna")
        article = self.consignor.article_ids
        self.assertEqual((article.name, article.price), ("Teapot", 12))
        self.assertEqual(article.intake_id.state, "submitted")
        self.assertTrue(article.intake_id.signature)
