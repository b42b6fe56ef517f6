from . import cart, catalogue, home
from . import quick_order
