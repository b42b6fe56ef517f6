from . import (
    consignment_article,
    consignment_difference,
    consignment_sale,
    pos_order,
    stock_picking,
)
