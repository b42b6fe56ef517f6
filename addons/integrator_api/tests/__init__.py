from . import (
    test_client,
    test_facade,
    test_gate,
    test_rules,
    test_sender,
    test_webhook,
    test_wizard,
    test_office_setup,
    test_rpc,
)
