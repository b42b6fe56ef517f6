from . import consolidation_clearing_reverse
from . import consolidation_dispute
from . import consolidation_statement
from . import loyalty_liability_report_line
