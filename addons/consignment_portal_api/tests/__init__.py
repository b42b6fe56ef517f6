from . import test_consignment_operations
