import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from psycopg2 import IntegrityError

from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import file_open, mute_logger

from ..const import SKINS
from ..rules import colors
from .common import ConsignmentCase

SHEET = "consignment_portal/static/src/skins/skins.scss"
#: What is written over what.
PAIRS = (("text", "color"), ("white", "accent"), ("white", "hover"), ("accent", "page"))


def _read_skins():
    """Return the colours of each look, as the style sheet says."""
    with file_open(SHEET) as sheet:
        blocks = re.findall(r"\.o_consign_skin_(\w+) \{(.*?)\}", sheet.read(), re.DOTALL)
    return {name: dict(re.findall(r"--consign-(\w+): (\S+);", block)) for name, block in blocks}


class TestContrast(BaseCase):
    def _check(self, palette):
        shown = {**palette, "white": colors.WHITE, "page": colors.PAGE}
        for upper, lower in PAIRS:
            self.assertGreaterEqual(
                colors.contrast(shown[upper], shown[lower]), 4.5, (upper, lower, palette)
            )

    def test_every_look_of_the_style_sheet_is_readable(self):
        skins = _read_skins()
        self.assertEqual(set(skins), {key for key, _label in SKINS})
        self.assertGreaterEqual(len(skins) - 1, 6)
        for name, palette in skins.items():
            with self.subTest(name):
                self._check(palette)

    @settings(max_examples=500, deadline=None)
    @given(st.integers(0, 0xFFFFFF))
    def test_whatever_colour_a_shop_has_its_pages_are_readable(self, number):
        palette = colors.make_palette(f"#{number:06x}")
        self.assertEqual(palette["color"], f"#{number:06x}")
        self._check(palette)

    @given(st.text())
    def test_what_is_no_colour_makes_no_palette(self, text):
        palette = colors.make_palette(text)
        self.assertEqual(palette is None, not re.fullmatch("#[0-9a-f]{6}", text))


@tagged("post_install", "-at_install")
class TestSkins(ConsignmentCase, HttpCase):
    def _get_frame(self):
        return html.fromstring(self.url_open("/consign/30012").content).get_element_by_id("wrap")

    def test_the_page_wears_the_look_of_its_shop(self):
        for key, _label in SKINS:
            self.shop.skin = key
            frame = self._get_frame()
            with self.subTest(key):
                self.assertIn(f"o_consign_skin_{key}", frame.get("class"))
                self.assertEqual(bool(frame.get("style")), key == "own")

    def test_the_own_colour_is_written_with_what_is_readable_on_it(self):
        self.shop.write({"skin": "own", "color": "#FFEE00"})
        self.assertEqual(
            self._get_frame().get("style"),
            "--consign-color: #ffee00;--consign-text: #000000;--consign-accent: #776f00;"
            "--consign-hover: #5f5800;",
        )

    @mute_logger("odoo.sql_db")
    def test_what_was_smuggled_into_the_database_stays_out_of_the_page(self):
        evil = '#fff;} body{display:none} x"><script>alert(1)</script>'
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.shop.write({"skin": "own", "color": evil})
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE consignment_shop DROP CONSTRAINT consignment_shop_color_hex"
        )
        self.env.cr.execute(
            "UPDATE consignment_shop SET skin = 'own', color = %s WHERE id = %s",
            [evil, self.shop.id],
        )
        self.env.invalidate_all()
        frame = self._get_frame()
        self.assertIsNone(frame.get("style"))
        self.assertNotIn("display:none", html.tostring(frame).decode())

    def test_no_page_carries_a_style_block(self):
        self.shop.write({"skin": "own", "color": "#ffee00"})
        frame = self._get_frame()
        self.assertEqual(frame.xpath(".//style"), [])
