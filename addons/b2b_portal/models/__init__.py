# What the others inherit comes first.
from . import b2b_shown

# isort: split
from . import (
    account_move,
    account_move_line,
    account_move_list,
    b2b_member,
    b2b_status,
    product_pricelist,
    product_product,
    product_template,
    res_company,
    res_company_status,
    res_config_settings,
    res_partner,
    res_partner_catalogue,
    res_partner_gate,
    res_partner_prices,
    res_users,
    sale_order,
    sale_order_again,
    sale_order_cart,
    sale_order_checkout,
    sale_order_line,
    sale_order_line_shown,
    sale_order_list,
    sale_order_status,
    stock_picking,
)
