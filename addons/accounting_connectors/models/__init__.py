from . import (
    accounting_account_map,
    accounting_backend,
    accounting_backend_connection,
    accounting_export,
    accounting_export_document,
    accounting_export_run,
    accounting_limiter,
    accounting_partner_link,
    accounting_secret,
    accounting_setting,
    accounting_tax_map,
    account_move,
)
