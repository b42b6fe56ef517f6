from . import b2b_offer_audience
from . import (
    b2b_member,
    b2b_offer,
    loyalty_program,
    product_pricelist,
    res_partner,
    sale_order,
    sale_order_line,
    sale_order_offers,
)
