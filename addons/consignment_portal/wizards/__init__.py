from . import (
    consignment_article_lose,
    consignment_label_print,
    consignment_rejection,
    consignment_settle,
)
