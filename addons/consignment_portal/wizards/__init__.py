from . import (
    account_payment_register,
    consignment_article_lose,
    consignment_label_print,
    consignment_pay,
    consignment_rejection,
    consignment_settle,
)
