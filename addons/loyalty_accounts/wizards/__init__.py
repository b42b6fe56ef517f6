from . import loyalty_account_entry
from . import loyalty_account_top_up
from . import loyalty_account_adjust
from . import loyalty_account_delete
