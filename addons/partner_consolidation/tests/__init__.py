from . import test_rules
from . import test_simulation_rules
from . import test_simulation
from . import test_simulation_races
from . import test_simulation_sales
from . import test_simulation_security
