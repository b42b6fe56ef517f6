from . import access, approvals, cart, catalogue, home, invoices, orders, payment, portal, preview, quick_order, returns, team
