"""Limits and choices that several files share."""

from odoo.addons.portal_guard.rules.limits import Limit

#: First digits of the number of a shop-in-shop, where consignors enter their articles themselves.
SHOP_IN_SHOP_PREFIXES = ("300", "600")
#: Articles a consignor may be permitted to enter for one intake.
MAX_QUOTA = 200
#: The highest price of an article, in the shop's currency; above it a typing error is likelier.
MAX_PRICE = 1_000_000
#: Characters of an article's title, size or brand, and description, and of a search.
MAX_TITLE, MAX_DETAIL, MAX_DESCRIPTION, MAX_SEARCH = 80, 40, 1000, 100
#: Rows of a list in the portal.
LIST_SIZE = 50

#: Looks of a shop's pages; "own" takes the shop's free colour.
SKINS = [
    ("classic", "Classic"),
    ("forest", "Forest"),
    ("ocean", "Ocean"),
    ("berry", "Berry"),
    ("sunset", "Sunset"),
    ("slate", "Slate"),
    ("night", "Night"),
    ("own", "Own colour"),
]

#: Where an article stands.
ARTICLE_STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("proposed", "Price proposed"),
    ("stock", "In the shop"),
    ("sold", "Sold"),
    ("returned", "Returned"),
    ("donated", "Donated"),
    ("lost", "Lost or damaged"),
    ("rejected", "Rejected"),
]
#: Before an article is the shop's responsibility.
BEFORE_STOCK = ("draft", "submitted", "proposed")
#: What happens on the return date.
END_CHOICES = [
    ("return", "I fetch it"),
    ("donate", "Donate it"),
    ("extend", "Leave it longer"),
    ("markdown", "Sell it for less"),
]

#: How long links hold: one that staff sends, and one that the consignor asked for.
ACTIVATION_DAYS, LINK_MINUTES = 3, 60
#: How often a link may be asked for.
ASK_BY_ADDRESS = Limit("consignment link address", 3, 15)
ASK_BY_ORIGIN = Limit("consignment link origin", 20, 15)
