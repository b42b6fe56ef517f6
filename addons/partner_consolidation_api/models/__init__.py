from . import integrator_api
