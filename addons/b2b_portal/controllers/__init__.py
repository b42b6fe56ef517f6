from . import cart, catalogue, home, invoices, orders, portal, returns
