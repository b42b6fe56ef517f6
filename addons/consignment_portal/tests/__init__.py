from . import (
    test_consignor,
    test_dates,
    test_entry,
    test_entry_races,
    test_intake,
    test_labels,
    test_review,
    test_rules,
    test_sale,
    test_settlement,
    test_shop,
)
