from . import loyalty_account_entry
from . import loyalty_account_top_up
from . import loyalty_account_adjust
from . import loyalty_account_transfer
from . import loyalty_account_delete
from . import loyalty_credit_use
from . import loyalty_invoice_credit
from . import loyalty_order_credit
