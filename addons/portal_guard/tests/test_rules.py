import doctest

from odoo.tests import BaseCase

from ..rules import links, passwords, photos, replica

RULES = (links, passwords, photos, replica)


class TestRules(BaseCase):
    def test_every_worked_example_in_the_rules_holds(self):
        for module in RULES:
            result = doctest.testmod(module)
            with self.subTest(module.__name__):
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
