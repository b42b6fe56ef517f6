from . import test_backend, test_export_run, test_rules, test_twinfield
