from . import loyalty_till
from . import pos_order
from . import res_company
