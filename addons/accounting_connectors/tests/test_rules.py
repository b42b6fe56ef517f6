import doctest

from odoo.tests import BaseCase

from ..providers import gate, soap, tripletex_answers, twinfield_xml
from ..rules import addresses, document, limits, masking, numbers, references, vat

RULES = (
    addresses,
    document,
    gate,
    limits,
    masking,
    numbers,
    references,
    soap,
    tripletex_answers,
    twinfield_xml,
    vat,
)


class TestRules(BaseCase):
    def test_every_worked_example_in_the_rules_holds(self):
        for module in RULES:
            result = doctest.testmod(module)
            with self.subTest(module.__name__):
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
