from . import test_consignor, test_intake, test_labels, test_rules, test_shop
