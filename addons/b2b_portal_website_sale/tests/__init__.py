from . import test_shop_gate, test_shop_order
