from . import (
    test_access,
    test_access_http,
    test_access_races,
    test_access_tour,
    test_consignor,
    test_intake,
    test_rules,
    test_shop,
    test_skins,
)
