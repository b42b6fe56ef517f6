from . import (
    test_access,
    test_access_http,
    test_access_races,
    test_approval,
    test_approval_races,
    test_cart,
    test_limits,
    test_rules,
    test_team,
)
