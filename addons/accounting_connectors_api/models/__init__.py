from . import accounting_export, integrator_api
