"""Names and limits that several files of loyalty_accounts_pos share."""

from datetime import timedelta

from odoo.addons.loyalty_accounts.rules.throttle import Policy

#: ``use_payment_terminal`` of the payment method that charges cards.
TERMINAL = "loyalty_credit"

#: How long a till keeps credit reserved while its customer pays the rest, in minutes. Closing the
#: session ends it, too.
HOLD_MINUTES = 60

#: What a card paid at tills in the last minutes counts towards the amount that asks for its PIN.
PIN_MINUTES = 15

#: Searches by name, phone or e-mail of one cashier. A counter needs a few in a minute.
SEARCH_POLICY = Policy(limit=60, window=timedelta(minutes=5), pause=timedelta(minutes=5))

#: Longest request id that a till sends, in characters (a UUID has 36).
MAX_REQUEST_LENGTH = 64

#: Most cards that a search by name, phone or e-mail shows.
MAX_FOUND = 10

#: Kinds of movements that the closing entry of a session books; the rest is booked daily.
BOOKED_BY_SESSION = ("capture", "refund", "top_up", "void")
