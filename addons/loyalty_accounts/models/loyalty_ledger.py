from odoo import models


class LoyaltyLedger(models.AbstractModel):
    """The one engine that changes credit. Orders, tills, the portal and integrators call it.

    Every verb does the same, in this order: lock the account → look the request's key up (a
    repetition gets the first movement, another request with that key is refused) → check →
    write. Amounts are Decimals in the account's currency; verbs return the movement.

    Locks: accounts in the order of their ids, nothing else. The account's row is locked *and*
    updated in the same transaction: under REPEATABLE READ a lock without an update would let a
    waiting transaction go on with its old snapshot. See docs/architecture.md.

    Nothing here can be called over RPC; rights are the caller's business.
    """

    _name = "loyalty.ledger"
    _inherit = [
        "loyalty.ledger.earn",
        "loyalty.ledger.spend",
        "loyalty.ledger.opening",
    ]
    _description = "Loyalty ledger"
