from . import (
    integrator_api,
    integrator_client,
    integrator_event,
    integrator_family,
    integrator_topic,
    integrator_webhook,
    ir_http,
    res_users,
)
