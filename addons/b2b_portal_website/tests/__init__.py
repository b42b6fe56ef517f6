from . import test_office_setup
from . import test_registration
