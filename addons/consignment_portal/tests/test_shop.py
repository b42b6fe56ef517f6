from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestShop(ConsignmentCommon):
    @mute_logger("odoo.sql_db")
    def test_a_number_is_five_digits_and_keeps_its_zeros(self):
        self.assertEqual(self._create_shop("00042").number, "00042")
        for number in ("1234", "123456", "12a45", "１２３４５", "12 45", ""):
            with self.subTest(number), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._create_shop(number)

    def test_the_first_digits_make_a_shop_in_shop(self):
        answers = [
            self._create_shop(n).is_shop_in_shop for n in ("30099", "60001", "30199", "03000")
        ]
        self.assertEqual(answers, [True, True, False, False])

    @mute_logger("odoo.sql_db")
    def test_no_two_shops_share_a_number(self):
        with self.assertRaises(IntegrityError):
            self._create_shop("30012")

    @mute_logger("odoo.sql_db")
    def test_a_colour_is_nothing_but_a_colour(self):
        self.assertEqual(self._create_shop("30013", color="#AABBCC").color, "#aabbcc")
        for color in ("red", "#fff", "#aabbcc;}", "url(x)", "#aabbcg"):
            with self.subTest(color), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._create_shop("30014", color=color)

    def test_only_open_shops_are_found_by_whatever_stands_in_the_address(self):
        find = self.env["consignment.shop"]._find_open
        self.assertEqual(find("30012"), self.shop)
        for number in ("3001", "300122", "3001a", "' OR 1=1", "99999", None, 30012, ["30012"]):
            with self.subTest(number):
                self.assertFalse(find(number))
        self.shop.portal_active = False
        self.assertFalse(find("30012"))
