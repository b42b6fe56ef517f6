from . import (
    integrator_api,
    integrator_api_changes,
    integrator_client,
    integrator_event,
    integrator_family,
    integrator_request,
    integrator_topic,
    integrator_webhook,
    ir_http,
    res_users,
    office_setup,
)
