from . import (
    test_access,
    test_access_http,
    test_consignor,
    test_intake,
    test_rules,
    test_shop,
    test_skins,
)
