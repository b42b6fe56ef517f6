from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN

from ..const import ITEM_KINDS


class ConsolidationItem(models.Model):
    """What one spending or refund made one establishment owe another. Written by the ledger.

    One for each allocation whose lot was earned elsewhere than it was used; the debtor is where
    the credit was earned, the creditor where it was spent. An item without a clearing is open.
    """

    _name = "consolidation.item"
    _description = "Credit of one establishment used at another"
    _order = "id desc"
    _log_access = False

    # Nobody reads these two: a movement's name is the card's whole number, which opens the card.
    allocation_id = fields.Many2one(
        "loyalty.account.allocation",
        required=True,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
        help="What the movement took from, or gave back to, one lot.",
    )
    move_id = fields.Many2one(
        "loyalty.account.move",
        string="Movement",
        required=True,
        ondelete="restrict",
        index=True,
        groups=fields.NO_ACCESS,
    )
    kind = fields.Selection(ITEM_KINDS, required=True)
    date = fields.Datetime(required=True, help="When the credit was used.")
    debtor_id = fields.Many2one(
        "res.company",
        string="Owed by",
        required=True,
        ondelete="restrict",
        help="Where the credit was earned or paid in.",
    )
    creditor_id = fields.Many2one(
        "res.company",
        string="Owed to",
        required=True,
        ondelete="restrict",
        help="Where the credit was used.",
    )
    agreement_id = fields.Many2one("consolidation.agreement", required=True, ondelete="restrict")
    terms_id = fields.Many2one("consolidation.terms", required=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    credit = fields.Monetary(
        required=True, help="Credit used, at its face value; below zero where it was given back."
    )
    percentage = fields.Float(
        string="Clears at %", digits=(5, 2), required=True, help="By the terms, 0 to 100."
    )
    amount = fields.Monetary(required=True, help="What is owed for it; below zero: less is owed.")
    card_number = fields.Char(help="Last characters of the card's number.")
    document_name = fields.Char(string="Document", help="Receipt, invoice or order it was used on.")
    disputed = fields.Boolean(
        default=False, help="Left out of clearings until the side that disputes it releases it."
    )
    disputed_by_id = fields.Many2one("res.company", ondelete="restrict")
    disputed_on = fields.Datetime()
    dispute_reason = fields.Char()
    reversed = fields.Boolean(
        default=False, help="Its clearing was reversed; a copy of it is open again."
    )

    # Each allocation is owed once, whatever was cleared and reversed meanwhile.
    _allocation_unique = models.UniqueIndex(
        "(allocation_id) WHERE NOT reversed", "This credit is on an account already."
    )
    _check_sides = models.Constraint(
        "CHECK (debtor_id <> creditor_id)", "An establishment owes itself nothing."
    )
    _check_amount = models.Constraint(
        "CHECK (credit <> 0 AND amount * sign(credit) >= 0 AND abs(amount) <= abs(credit))",
        "What is owed is a part of the credit.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse what does not come from the ledger, superuser or not."""
        if self.env.context.get("loyalty_ledger") is not LEDGER_TOKEN:
            raise AccessError(self.env._("Only the loyalty ledger adds these records."))
        return super().create(vals_list)
