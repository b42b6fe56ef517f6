from . import test_accounting_operations
