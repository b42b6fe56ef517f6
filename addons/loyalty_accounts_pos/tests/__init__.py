from . import test_till
from . import test_till_attacks
from . import test_till_bypass
from . import test_till_books
from . import test_till_refund
from . import test_till_tours
from . import test_office_setup
from . import test_removal
