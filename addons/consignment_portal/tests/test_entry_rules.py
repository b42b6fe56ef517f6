from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..rules import prices
from ..rules.texts import clean_line

CENTS = st.integers(min_value=1, max_value=prices.MAX_PRICE * 100)


class TestEntryRules(BaseCase):
    @given(
        CENTS,
        st.sampled_from([("", "."), ("", ","), (",", "."), (".", ","), ("'", "."), (" ", ",")]),
    )
    @settings(max_examples=300, deadline=None)
    def test_every_usual_way_to_write_a_price_means_the_same(self, cents, signs):
        thousands, point = signs
        text = f"{cents // 100:,}".replace(",", thousands) + f"{point}{cents % 100:02}"
        self.assertEqual(prices.parse(text), Decimal(cents) / 100)

    @given(st.text(max_size=60))
    @settings(max_examples=500, deadline=None)
    def test_whatever_is_typed_is_a_possible_price_or_refused_in_words(self, text):
        code = prices.refusal(text)
        if code is None:
            price = prices.parse(text)
            self.assertTrue(0 < price <= prices.MAX_PRICE)
            self.assertEqual(price, round(price, 2))
        else:
            self.assertIn(code, ("text", "low", "high", "decimals"))

    @given(st.text(max_size=200))
    @settings(max_examples=300, deadline=None)
    def test_a_cleaned_title_is_one_line_and_stays_as_it_is(self, text):
        cleaned = clean_line(text)
        self.assertEqual(cleaned, clean_line(cleaned))
        self.assertLessEqual(len(cleaned), len(text))
        self.assertEqual(cleaned.splitlines(), [cleaned] if cleaned else [])
        cleaned.encode()
