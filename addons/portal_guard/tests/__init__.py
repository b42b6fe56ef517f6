from . import (
    test_errors,
    test_login,
    test_passwords,
    test_replica,
    test_reset,
    test_rules,
    test_signup_mark,
    test_throttle,
)
