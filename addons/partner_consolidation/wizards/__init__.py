from . import consolidation_clearing_reverse
from . import consolidation_dispute
from . import consolidation_statement
