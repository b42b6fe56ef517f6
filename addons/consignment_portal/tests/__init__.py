from . import (
    test_consignor,
    test_dates,
    test_intake,
    test_labels,
    test_rules,
    test_sale,
    test_settlement,
    test_shop,
)
