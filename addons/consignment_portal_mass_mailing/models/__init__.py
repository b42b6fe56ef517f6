from . import (
    consignment_consignor,
    consignment_shop,
    mail_blacklist,
    mailing_subscription,
)
