from . import test_cart, test_gate_oracle, test_rules
