from . import integrator_api, integrator_api_order, sale_order
