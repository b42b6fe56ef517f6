from . import (
    test_cart,
    test_catalogue,
    test_checkout,
    test_pages,
    test_prices,
    test_races,
    test_rules,
    test_tours,
)
