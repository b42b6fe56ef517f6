from . import loyalty_till
from . import pos_order
