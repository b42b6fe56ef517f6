from . import test_shop_gate
