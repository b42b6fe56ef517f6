from . import (
    consignment_consignor,
    consignment_payout,
    consignment_settlement,
    consignment_shop,
    loyalty_books_consignment,
)
