from . import test_cart, test_gate_oracle, test_rules
from . import test_explain, test_gate_ways, test_quick_order
