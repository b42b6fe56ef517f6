"""Limits and choices that several files share."""

from odoo.addons.portal_guard.rules.limits import Limit

from .rules.labels import PAPERS

#: First digits of the number of a shop-in-shop, where consignors enter their articles themselves.
SHOP_IN_SHOP_PREFIXES = ("300", "600")
#: Articles a consignor may be permitted to enter for one intake.
MAX_QUOTA = 200
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

#: Sheets and rolls for labels.
LABEL_PAPERS = [(key, paper.name) for key, paper in PAPERS.items()]
#: Labels that are printed in one go.
MAX_LABELS = 2000

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

#: Longest side of a photo that is kept, in pixels.
PHOTO_SIDE = 1600
#: Characters that name a form which was sent.
MAX_KEY = 64
#: What the list of articles shows, by the word in its address.
STOCK_FILTERS = {
    "shop": ("stock",),
    "review": BEFORE_STOCK,
    "sold": ("sold",),
    "ended": ("returned", "donated", "lost", "rejected"),
    "all": tuple(state for state, _label in ARTICLE_STATES),
}
#: How VAT is treated.
VAT_MODES = [("margin", "Margin scheme"), ("agency", "Agency with commission")]
#: States of a settlement that a consignor sees: not the preview, nor what was reversed.
SETTLED_STATES = ("confirmed", "carried", "paid")
#: States of a bill that was paid, or whose payment is on its way.
PAID_STATES = ("paid", "in_payment")
#: Articles that left the shop without being sold.
ENDED_STATES = ("returned", "donated", "lost")
#: How long links hold: one that staff sends, and one that the consignor asked for.
ACTIVATION_DAYS, LINK_MINUTES = 3, 60
#: How often a link may be asked for.
ASK_BY_ADDRESS = Limit("consignment link address", 3, 15)
ASK_BY_ORIGIN = Limit("consignment link origin", 20, 15)
