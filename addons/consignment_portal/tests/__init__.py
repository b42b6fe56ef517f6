from . import test_consignor, test_intake, test_rules, test_shop
from . import test_sale, test_settlement, test_settlement_property, test_settlement_races
