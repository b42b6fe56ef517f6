"""What of the ledger's tables is proven, how, and what is not, with the reason.

A test compares this with the columns that the database has and changes each of them: a column
that is added later belongs in here, or the test fails.
"""

#: What the seal of a lot or a reservation covers, besides the movement that made it.
BIRTH = {
    "lot": ("company_id", "currency_id", "origin", "date", "amount", "tax_amount", "sale_line_id"),
    "hold": ("company_id", "currency_id", "expires_at", "document_model", "document_id"),
}

#: By table: columns that cannot be changed without the audit saying so.
PROVEN = {
    "loyalty_account": {
        "id": "sealed in the head and in every movement",
        "number": "sealed in the head",
        "company_id": "sealed in the head",
        "currency_id": "sealed in the head, and that of every movement and lot",
        "balance": "sum of the movements, and of the lots",
        "held": "sum of the movements, and of the open reservations",
        "debt": "sum of the movements",
        "version": "number of the movements",
        "head_hash": "seal of the last movement",
        "head_seal": "recomputed",
    },
    "loyalty_account_move": {
        **dict.fromkeys(
            (
                *("account_id", "seq", "kind", "key", "request_digest", "amount", "held_amount"),
                *("debt_amount", "asked_amount", "withheld_amount", "balance_after", "held_after"),
                *("debt_after", "company_id", "user_id", "date", "document_model", "document_id"),
                *("reversal_of_id", "hold_id", "note"),
            ),
            "sealed",
        ),
        "currency_id": "that of the account",
        "previous_hash": "hash of the movement before",
        "hash": "recomputed",
    },
    "loyalty_account_allocation": {
        "move_id": "sealed in that movement",
        "lot_id": "sealed in its movement",
        "amount": "sealed in its movement",
        "accrual_company_id": "sealed in its movement",
        "expiry_date": "sealed in its movement",
        "currency_id": "that of its movement",
        "spend_company_id": "that of its movement",
    },
    "loyalty_account_lot": {
        **dict.fromkeys(BIRTH["lot"], "sealed in the lot"),
        "id": "sealed in the movements that filled and used it",
        "account_id": "sealed in the lot",
        "remaining": "sum of its allocations",
        "expiry_date": "that of its last allocation",
        "seal": "recomputed",
    },
    "loyalty_account_hold": {
        **dict.fromkeys(BIRTH["hold"], "sealed in the reservation"),
        "id": "sealed in the movements that made and used it",
        "account_id": "sealed in the reservation",
        "state": "follows from its movements",
        "amount": "follows from its movements",
        "captured": "follows from its movements",
        "seal": "recomputed",
    },
    "loyalty_checkpoint": dict.fromkeys(
        ("number", "date", "line_count", "previous_hash", "hash"), "sealed"
    ),
    "loyalty_checkpoint_line": dict.fromkeys(
        ("checkpoint_id", "account_id", "version", "hash"), "sealed in its checkpoint"
    ),
}

_STAFF = "staff changes it; the account's history says who and when"
_PERSON = "names a person, so it must be erasable"
_LOG = "written by Odoo, says nothing of credit"
_ORDER = "given by the database when the row is written; the order is sealed, the number is not"

#: By table: columns that can be changed without the audit saying so, and why.
UNSEALED = {
    "loyalty_account": {
        **dict.fromkeys(
            (
                *("name", "partner_id", "active", "blocked", "block_reason", "expiry_date"),
                *("discount", "credit_rate", "note", "merged_into_id", "anonymised_on"),
            ),
            _STAFF,
        ),
        **dict.fromkeys(
            ("import_id", "import_row"), "where the account came from; its credit is in movements"
        ),
        "pin_hash": "no part of the ledger; a PIN that was exchanged no longer fits",
        **dict.fromkeys(("create_uid", "create_date", "write_uid", "write_date"), _LOG),
    },
    "loyalty_account_move": {
        **dict.fromkeys(("document_name", "partner_name"), _PERSON),
        "id": "given by the database when the row is written; what refers to it is checked",
    },
    "loyalty_account_allocation": {"id": _ORDER},
    "loyalty_account_lot": dict.fromkeys(
        ("create_uid", "create_date", "write_uid", "write_date"), _LOG
    ),
    "loyalty_account_hold": {
        "document_name": _PERSON,
        **dict.fromkeys(("create_uid", "create_date", "write_uid", "write_date"), _LOG),
    },
    "loyalty_checkpoint": {"id": "its lines name it, and are sealed in their order"},
    "loyalty_checkpoint_line": {"id": _ORDER},
}
