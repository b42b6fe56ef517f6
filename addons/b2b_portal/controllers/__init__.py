from . import cart, catalogue, home, invoices, orders, payment, portal, returns
