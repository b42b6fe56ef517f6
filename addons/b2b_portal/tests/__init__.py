from . import (
    test_cart,
    test_catalogue,
    test_checkout,
    test_explain,
    test_gate_oracle,
    test_gate_ways,
    test_pages,
    test_prices,
    test_quick_order,
    test_races,
    test_rules,
    test_tours,
)
