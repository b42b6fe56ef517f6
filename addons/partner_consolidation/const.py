"""Names and limits that several files of partner_consolidation share."""

from datetime import timedelta
from decimal import Decimal

from odoo.addons.loyalty_accounts.rules.throttle import Policy

#: Only code holding this object may write agreements and terms. A context that comes over RPC is
#: made of plain JSON or XML values and can never contain it.
ENGINE_TOKEN = object()

#: What becomes of an agreement. ``new`` waits for the other side; of ``new`` and ``active`` there
#: is one for each direction at most.
AGREEMENT_STATES = [
    ("new", "Waiting for an answer"),
    ("active", "Active"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
    ("ended", "Ended"),
]

#: What becomes of a version of the terms.
TERMS_STATES = [
    ("proposed", "Proposed"),
    ("current", "In force"),
    ("past", "No longer in force"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
]

#: States in which a record of either kind never changes again.
FINAL_STATES = ("declined", "withdrawn", "ended", "past", "rejected")

#: What a movement did to what one establishment owes another.
ITEM_KINDS = [("spend", "Spent"), ("refund", "Given back")]

#: What both sides were told of an exposure limit.
EXPOSURE_STATES = [
    ("within", "Within the limit"),
    ("near", "Close to the limit"),
    ("stopped", "Limit reached"),
]

#: From which part of the limit on both sides are told.
EXPOSURE_WARNING = Decimal("0.8")

#: What becomes of a clearing. A closed one never changes; reversing opens its lines again.
CLEARING_STATES = [("draft", "Draft"), ("closed", "Closed"), ("reversed", "Reversed")]

#: How the payments of a clearing stand in the books of both sides.
SETTLEMENT_MODES = [
    ("entries", "Entries: receivable and payable"),
    ("invoices", "Invoice and vendor bill"),
]

#: What becomes of a payment of a clearing.
PAYMENT_STATES = [("open", "To pay"), ("settled", "Settled"), ("reversed", "Reversed")]

#: Lines that fit into one statement.
MAX_STATEMENT_LINES = 50_000

#: What becomes of a simulation.
SIMULATION_STATES = [
    ("draft", "New"),
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("failed", "Failed"),
    ("done", "Done"),
]

#: Most months, and most days from one settlement to the next, that a simulation takes.
MAX_SIMULATED_MONTHS = 36
MAX_SETTLEMENT_DAYS = 366

#: Longest message of an invitation, in characters.
MAX_MESSAGE_LENGTH = 500

#: E-mail addresses that one user may look up, found or not. Who has an address in hand looks up
#: one or two; who guesses which establishments there are needs hundreds.
ESTABLISHMENT_POLICY = Policy(limit=10, window=timedelta(minutes=10), pause=timedelta(minutes=30))
