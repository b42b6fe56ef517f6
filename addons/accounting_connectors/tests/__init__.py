from . import (
    test_backend,
    test_connection_races,
    test_export_run,
    test_rules,
    test_twinfield,
    test_twinfield_contract,
)
