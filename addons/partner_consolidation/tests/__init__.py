from . import test_agreement_life
from . import test_agreement_notice
from . import test_agreement_races
from . import test_agreement_security
from . import test_agreement_words
from . import test_invite
from . import test_rules
from . import test_terms
