from . import (
    test_cart,
    test_credit,
    test_invoices,
    test_orders_pages,
    test_orders_races,
    test_returns,
    test_rules,
    test_shown,
    test_status,
    test_talk,
)
