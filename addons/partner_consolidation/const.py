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
