from . import (
    test_backend,
    test_connection_races,
    test_export_run,
    test_link,
    test_options,
    test_overview,
    test_payments,
    test_drift,
    test_rules,
    test_tripletex,
    test_tripletex_invoices,
    test_twinfield,
)
