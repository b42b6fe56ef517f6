from . import test_backend, test_export_run, test_link, test_rules
