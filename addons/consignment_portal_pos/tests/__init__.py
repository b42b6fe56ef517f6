from . import test_receipt, test_removal
