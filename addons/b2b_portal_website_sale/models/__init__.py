from . import (
    product_pricelist,
    product_pricelist_item,
    product_product,
    product_template,
    sale_order,
)
