from . import consolidation_agreement_invite
from . import consolidation_agreement_invite_candidate
from . import consolidation_agreement_terms
from . import consolidation_agreement_end
