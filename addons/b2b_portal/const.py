"""Limits and choices that several files share."""

from odoo.addons.portal_guard.rules.limits import Limit

#: Products on a page of the catalogue.
PAGE_SIZE = 20
#: Orders or invoices on a page of a list.
LIST_SIZE = 20
#: Pages that a list counts ahead of the one that is shown: counting all orders of a large customer
#: takes longer than showing twenty.
PAGES_AHEAD = 50
#: The largest quantity a customer may type; above it a typing error is likelier than an order.
MAX_QUANTITY = 1_000_000
#: Lines a cart may hold.
MAX_LINES = 500
#: Characters of a note, a reference and a search, so that nobody stores a book in an order.
MAX_NOTE, MAX_REFERENCE, MAX_SEARCH = 2000, 64, 100

#: What an employee of a business customer may do there.
ROLES = [
    ("administrator", "Administrator"),
    ("approver", "Approver"),
    ("buyer", "Buyer"),
    ("viewer", "Viewer"),
]
ORDERING_ROLES = ("administrator", "approver", "buyer")
APPROVING_ROLES = ("administrator", "approver")

#: Where an order from the portal stands before Odoo's own states say it.
STAGES = [
    ("cart", "Cart"),
    ("approval", "Waiting for approval"),
    ("payment", "Waiting for payment"),
    ("placed", "Placed"),
]

#: The payment methods of the payment option "Invoice".
INVOICE_METHOD_CODES = {"b2b_invoice"}
#: Where a confirmed order stands: key, name for staff, default label for customers, shown to
#: customers, colour of the badge.
STATUSES = [
    ("ordered", "Confirmed", "Ordered", True, "info"),
    ("waiting_production", "Waiting for production", "Processing", True, "info"),
    ("in_production", "In production", "Processing", True, "info"),
    ("ready", "Ready for shipment", "Ready for shipment", True, "primary"),
    ("partly_shipped", "Partly shipped", "Partly shipped", True, "warning"),
    ("shipped", "Shipped, not invoiced", "Shipped", True, "success"),
    ("invoiced", "Shipped and invoiced", "Shipped", True, "success"),
    ("delivered", "Delivered", "Shipped", True, "success"),
    ("cancelled", "Cancelled", "Cancelled", False, "secondary"),
]
#: Colours of badges, by their names in the theme.
COLOURS = [
    ("info", "Blue"),
    ("primary", "The shop's own"),
    ("success", "Green"),
    ("warning", "Yellow"),
    ("danger", "Red"),
    ("secondary", "Pale"),
]
#: Before anything has left the house a customer may ask to cancel.
CANCELLABLE = ("ordered", "waiting_production", "in_production", "ready")
#: Days an invitation holds, unless the company says otherwise, and the most it may say.
INVITATION_DAYS, MAX_INVITATION_DAYS = 7, 60
#: Minutes a link to log in holds.
LOGIN_LINK_MINUTES = 15
#: Minutes between two notes of a person's visit, so that looking at pages does not write.
VISIT_MINUTES = 60
#: How often something may be asked for from outside.
LOGIN_BY_ADDRESS = Limit("b2b login address", 3, 15)
LOGIN_BY_ORIGIN = Limit("b2b login origin", 20, 15)
INVITE_COLLEAGUE = Limit("b2b invite colleague", 30, 60)
REGISTER_BY_ADDRESS = Limit("b2b register address", 2, 1440)
REGISTER_BY_ORIGIN = Limit("b2b register origin", 10, 1440)
#: Characters of a name, an e-mail address and a reason typed into a form.
MAX_NAME, MAX_EMAIL, MAX_REASON = 120, 254, 500
