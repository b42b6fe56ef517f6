from . import (
    test_consignor,
    test_entry,
    test_entry_races,
    test_intake,
    test_review,
    test_rules,
    test_shop,
)
