from . import test_errors, test_login, test_passwords, test_reset, test_rules, test_throttle
