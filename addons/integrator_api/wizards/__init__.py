from . import integrator_key, integrator_key_show
