from . import cart, catalogue, home, payment
