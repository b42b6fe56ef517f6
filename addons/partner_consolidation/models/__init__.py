from . import consolidation_agreement
from . import consolidation_terms
from . import consolidation_item
from . import consolidation_lot
from . import consolidation_promise
from . import consolidation_item_position
