from . import (
    accounting_mend,
    accounting_drift_ignore,
    accounting_link,
    accounting_link_candidate,
    accounting_link_line,
    accounting_preview,
    accounting_preview_line,
    accounting_preview_row,
    accounting_tax_code,
)
