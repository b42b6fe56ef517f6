from . import test_audit
from . import test_clients
from . import test_honouring
from . import test_honouring_random
from . import test_partner_api
from . import test_partner_documents
from . import test_places
from . import test_rules
