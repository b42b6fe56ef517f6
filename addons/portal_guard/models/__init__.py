from . import (
    ir_http,
    ir_http_replica,
    portal_link,
    portal_mail,
    portal_request,
    portal_reset_request,
    portal_throttle,
    res_partner,
    res_users,
    res_users_login,
)
