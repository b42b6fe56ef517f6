from . import test_loyalty_operations
