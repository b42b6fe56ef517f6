from . import loyalty_credit_use
from . import loyalty_invoice_credit
from . import loyalty_order_credit
from . import consolidation_clearing_reverse
from . import consolidation_dispute
from . import consolidation_statement
