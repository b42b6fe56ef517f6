from . import test_partner_till
from . import test_partner_till_tours
