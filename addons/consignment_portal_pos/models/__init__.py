from . import (
    consignment_article,
    consignment_difference,
    consignment_sale,
    pos_order,
    pos_order_line,
    stock_picking,
)
