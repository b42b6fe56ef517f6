from odoo.tests import BaseCase

from odoo.addons.office_kit.report import fonts

from ..report import card_face, card_sheets, codes
from ..rules import symbols
from .common_codes import logo, page_sizes, read_pages, read_picture, words

NUMBER = "2900000000018"
ODD = "GIFT-2026_1/7.X"
LONG = "ABCDEFGH_JKLMNOPQRSTUVWX/Y-Z.123"
DIGITS = "12345678901234567890123456789012"
STYLE = card_face.Style("Zuiderzee Tea", "#1f3a5f")

#: What is wished for a number, and what a decoder must read.
WISHES = (
    ("code128", NUMBER, "CODE-128"),
    ("ean13", NUMBER, "EAN-13"),
    ("qr", NUMBER, "QR-Code"),
    ("ean13", ODD, "CODE-128"),
    ("ean13", "2900000000019", "CODE-128"),
    ("code128", DIGITS, "CODE-128"),
    ("code128", LONG, "QR-Code"),
    ("qr", LONG, "QR-Code"),
    ("code128", "ABC", "CODE-128"),
)


def face(number=NUMBER, symbology="code128", title="Anna Berg", **values):
    return card_face.Face(number, symbology, title, **values)


class TestCodes(BaseCase):
    """What is drawn is read back by a decoder."""

    def test_every_symbology_on_a_card_is_read_back(self):
        for wish, number, read in WISHES:
            with self.subTest(wish=wish, number=number):
                pdf = card_sheets.cards([(face(number, wish), STYLE)], "Cards")
                self.assertEqual(read_pages(pdf), {(read, number)})

    def test_every_symbology_on_a_sheet_of_vouchers_is_read_back(self):
        faces = [(face(number, wish), STYLE) for wish, number, _read in WISHES]
        self.assertEqual(
            read_pages(card_sheets.vouchers(faces, "Vouchers")),
            {(read, number) for _wish, number, read in WISHES},
        )

    def test_every_symbology_in_a_picture_is_read_back(self):
        for wish, number, read in WISHES:
            with self.subTest(wish=wish, number=number):
                picture = codes.picture(codes.make(number, wish))
                self.assertEqual(read_picture(picture), {(read, number)})

    def test_bars_are_never_narrower_than_a_quarter_of_a_millimetre(self):
        for wish, number, _read in WISHES:
            code = codes.make(number, wish)
            with self.subTest(wish=wish, number=number):
                self.assertGreaterEqual(code.module, 0.25)
                self.assertLessEqual(code.width, codes.FIELD_WIDTH)
                dots = code.module / symbols.DOT
                self.assertAlmostEqual(dots, round(dots), 6)

    def test_quiet_zones_are_those_of_the_standards(self):
        zones = {wish: codes.make(NUMBER, wish).quiet for wish in ("code128", "ean13", "qr")}
        self.assertEqual(zones, {"code128": (10, 10), "ean13": (11, 7), "qr": (4, 4)})

    def test_longest_number_of_letters_that_bars_can_hold(self):
        self.assertEqual(codes.make("A" * 22, "code128").symbology, "code128")
        self.assertEqual(codes.make("A" * 23, "code128").symbology, "qr")


class TestCardSheets(BaseCase):
    def _assert_sizes(self, pdf, width, height, count):
        sizes = page_sizes(pdf)
        self.assertEqual(len(sizes), count)
        for size in sizes:
            self.assertAlmostEqual(size[0], width, delta=0.01)
            self.assertAlmostEqual(size[1], height, delta=0.01)

    def test_a_card_is_a_page_of_the_size_of_a_bank_card(self):
        pdf = card_sheets.cards([(face(), STYLE)] * 3, "Cards")
        self._assert_sizes(pdf, 85.6, 54.0, 3)

    def test_ten_vouchers_fit_on_a_page_and_the_eleventh_begins_another(self):
        self._assert_sizes(card_sheets.vouchers([(face(), STYLE)] * 10, "V"), 210, 297, 1)
        self._assert_sizes(card_sheets.vouchers([(face(), STYLE)] * 11, "V"), 210, 297, 2)

    def test_names_and_dates_are_on_the_card(self):
        filled = face(title="Zoë Łukaszewicz", subtitle="Золотая карта", valid="Valid until 1 May")
        text = words(card_sheets.cards([(filled, STYLE)], "Cards"))
        for part in ("Zoë Łukaszewicz", "Золотая карта", "Valid until 1 May", "Zuiderzee Tea"):
            self.assertIn(part, text)

    def test_a_long_name_is_shortened_and_leaves_the_code_alone(self):
        pdf = card_sheets.cards([(face(title="Maximiliana " * 20), STYLE)], "Cards")
        self.assertIn("…", words(pdf))
        self.assertEqual(read_pages(pdf), {("CODE-128", NUMBER)})

    def test_terms_are_wrapped_beside_each_kind_of_code(self):
        style = STYLE._replace(terms="Report a lost card at once. " * 8)
        for wish in ("code128", "qr"):
            pdf = card_sheets.cards([(face(symbology=wish), style)], "Cards")
            self.assertIn("Report a lost card", words(pdf))
            self.assertEqual({number for _kind, number in read_pages(pdf)}, {NUMBER})

    def test_a_logo_replaces_the_companys_name(self):
        style = STYLE._replace(logo=card_face.read_logo(logo()))
        self.assertNotIn("Zuiderzee", words(card_sheets.cards([(face(), style)], "Cards")))

    def test_what_is_no_picture_is_no_logo(self):
        for data in (None, b"", b"<svg/>", b"GIF89a broken"):
            with self.subTest(data=data):
                self.assertIsNone(card_face.read_logo(data))


class TestFonts(BaseCase):
    def test_letters_of_many_scripts_have_a_font(self):
        for text in ("Žluťoučký", "Ελένη", "Юлия", "שלום", "محمد", "საქართველო"):
            with self.subTest(text=text):
                self.assertEqual(
                    {name for name, _part in fonts.split(text, fonts.BOLD)}, {fonts.BOLD}
                )

    def test_chinese_japanese_and_korean_are_drawn_by_the_reader(self):
        for text in ("山田太郎", "김민수", "张伟"):
            with self.subTest(text=text):
                names = {name for name, _part in fonts.split(text, fonts.REGULAR)}
                self.assertLessEqual(names, set(fonts.READER_FONTS))

    def test_what_is_read_from_right_to_left_is_drawn_in_the_order_it_is_seen(self):
        self.assertEqual(fonts.visual_order("Anna שלום עולם 5"), "Anna םלוע םולש 5")

    def test_line_breaks_and_invisible_characters_do_not_show(self):
        ((_font, text),) = fonts.split("a\n\u200bb\u00a0c\x00", fonts.REGULAR)
        self.assertEqual(text, "a b c")

    def test_wrapped_text_has_no_more_lines_than_allowed(self):
        lines = fonts.wrap("word " * 100, fonts.REGULAR, 8, 100, 3)
        self.assertEqual(len(lines), 3)
        self.assertTrue(lines[-1].endswith(fonts.ELLIPSIS))
        for line in lines:
            self.assertLessEqual(fonts.width(line, fonts.REGULAR, 8), 100)
        self.assertEqual(fonts.wrap("", fonts.REGULAR, 8, 100, 3), [])
