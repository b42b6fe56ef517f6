from . import integrator_api, integrator_client, integrator_family, ir_http, res_users
