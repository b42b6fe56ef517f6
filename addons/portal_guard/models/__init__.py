from . import (
    ir_http,
    portal_link,
    portal_mail,
    portal_request,
    portal_reset_request,
    portal_throttle,
    res_users,
    res_users_login,
)
