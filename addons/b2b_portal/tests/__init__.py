from . import test_cart, test_gate_oracle, test_rules
from . import test_quick_order
