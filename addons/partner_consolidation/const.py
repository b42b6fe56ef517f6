"""Names and limits that several files of partner_consolidation share."""

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
    ("past", "Replaced"),
    ("rejected", "Rejected"),
]

#: What a movement did to what one establishment owes another.
ITEM_KINDS = [("spend", "Spent"), ("refund", "Given back")]

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
