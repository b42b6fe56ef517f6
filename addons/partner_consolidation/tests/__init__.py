from . import test_clearing
from . import test_clearing_books
from . import test_clearing_reverse
from . import test_netting
from . import test_rules
