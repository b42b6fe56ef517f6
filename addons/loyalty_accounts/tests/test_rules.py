import doctest

from odoo.tests import BaseCase

from ..rules import (
    ageing,
    amounts,
    books,
    chain,
    contact,
    csv_files,
    discount,
    earning,
    entry,
    exchange,
    file_writers,
    import_cells,
    import_credit,
    import_customers,
    import_layout,
    import_rows,
    lots,
    numbers,
    periods,
    pins,
    refund,
    symbols,
    throttle,
    vouchers,
    xlsx_files,
)

RULES = (
    *(ageing, amounts, books, chain, contact, csv_files, discount, earning, entry, exchange),
    *(file_writers, import_cells, import_credit, import_customers, import_layout, import_rows),
    *(lots, numbers, periods, pins, refund, symbols, throttle, vouchers, xlsx_files),
)


class TestRules(BaseCase):
    def test_every_worked_example_in_the_rules_holds(self):
        for module in RULES:
            result = doctest.testmod(module)
            with self.subTest(module.__name__):
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
