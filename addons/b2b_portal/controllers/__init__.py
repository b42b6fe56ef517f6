from . import cart, catalogue, home, payment
from . import preview, quick_order
