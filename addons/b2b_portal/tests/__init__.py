from . import test_access, test_access_http, test_access_races, test_cart, test_rules
