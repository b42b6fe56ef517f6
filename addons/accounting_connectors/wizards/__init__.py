from . import (
    accounting_drift_ignore,
    accounting_link,
    accounting_link_candidate,
    accounting_link_line,
    accounting_preview,
    accounting_preview_line,
    accounting_preview_row,
)
