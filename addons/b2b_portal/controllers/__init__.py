from . import access, approvals, cart, catalogue, home, invoices, orders, payment, portal, returns, team
