from . import loyalty_credit_use
from . import loyalty_invoice_credit
from . import loyalty_order_credit
