from . import (
    cart,
    catalogue,
    home,
    invoices,
    orders,
    payment,
    portal,
    preview,
    quick_order,
    returns,
)
