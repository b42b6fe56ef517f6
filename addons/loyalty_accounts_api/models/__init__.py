from . import integrator_api, integrator_api_statement, loyalty_api, loyalty_ledger
