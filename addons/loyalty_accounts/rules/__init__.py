"""Pure rules: values in, values out. Nothing here imports odoo; each file carries doctests."""
