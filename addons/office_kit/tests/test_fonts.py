import doctest

from odoo.tests import BaseCase

from ..report import fonts


class TestFonts(BaseCase):
    def test_every_worked_example_holds(self):
        result = doctest.testmod(fonts)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_what_is_too_wide_is_shortened_to_fit(self):
        text = fonts.shorten("A very long title of an article", fonts.REGULAR, 10, 60)
        self.assertTrue(text.endswith(fonts.ELLIPSIS))
        self.assertLessEqual(fonts.width(text, fonts.REGULAR, 10), 60)

    def test_lines_hold_no_more_words_than_fit(self):
        lines = fonts.wrap("one two three four five six", fonts.REGULAR, 10, 50, 3)
        self.assertLessEqual(len(lines), 3)
        self.assertTrue(all(fonts.width(line, fonts.REGULAR, 10) <= 50 for line in lines))
