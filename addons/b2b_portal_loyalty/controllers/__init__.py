from . import offers
