from . import accounting_link, accounting_link_candidate, accounting_link_line
