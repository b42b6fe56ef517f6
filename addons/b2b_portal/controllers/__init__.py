from . import cart, catalogue, home, payment
from . import quick_order
