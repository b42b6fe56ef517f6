from . import cart, catalogue, home
