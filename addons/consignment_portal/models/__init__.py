from . import (
    consignment_article,
    consignment_article_product,
    consignment_consignor,
    consignment_intake,
    consignment_intake_receipt,
    consignment_shop,
    product_category,
    product_product,
    res_users,
    stock_picking,
)
