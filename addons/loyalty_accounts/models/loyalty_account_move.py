from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import MOVE_KINDS


class LoyaltyAccountMove(models.Model):
    """One change of an account's credit, reservation or debt. Append-only.

    ``seq`` counts an account's movements from 1 without gaps; each is sealed together with the
    one before it (``rules/chain.py``).
    """

    _name = "loyalty.account.move"
    _description = "Loyalty account movement"
    _inherit = ["loyalty.append.only"]
    _order = "id desc"
    _log_access = False
    _rec_name = "key"

    account_id = fields.Many2one("loyalty.account", required=True, ondelete="restrict")
    seq = fields.Integer(string="No.", required=True, help="Counts the account's movements from 1.")
    kind = fields.Selection(MOVE_KINDS, required=True)
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company",
        string="Establishment",
        required=True,
        ondelete="restrict",
        help="Where the movement took place.",
    )
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")

    amount = fields.Monetary(required=True, help="Change of the balance.")
    held_amount = fields.Monetary(
        string="Reserved ±", required=True, help="Change of what is reserved."
    )
    debt_amount = fields.Monetary(string="Debt ±", required=True, help="Change of the debt.")
    asked_amount = fields.Monetary(
        string="Asked",
        required=True,
        help="What the request was about. Earned credit of 10.00 that repays a debt of 2.00 "
        "changes the balance by 8.00; taking back credit that has expired changes nothing.",
    )
    withheld_amount = fields.Monetary(
        string="Withheld",
        help="Earned credit that had been spent when it had to go: a refund in money was less by "
        "this much.",
    )
    balance_after = fields.Monetary(string="Balance", required=True)
    held_after = fields.Monetary(string="Reserved", required=True)
    debt_after = fields.Monetary(string="Debt", required=True)

    document_model = fields.Char()
    document_id = fields.Many2oneReference(model_field="document_model", string="Document ID")
    document_name = fields.Char(string="Document", help="Kept as text, whatever becomes of it.")
    partner_name = fields.Char(string="Customer", help="Kept as text, whatever becomes of them.")
    note = fields.Char(string="Reason")
    reversal_of_id = fields.Many2one(
        "loyalty.account.move", string="Reverses", ondelete="restrict", index="btree_not_null"
    )
    reversal_ids = fields.One2many("loyalty.account.move", "reversal_of_id", string="Reversed by")
    hold_id = fields.Many2one(
        "loyalty.account.hold", string="Reservation", ondelete="restrict", index="btree_not_null"
    )
    allocation_ids = fields.One2many("loyalty.account.allocation", "move_id", string="Lots")
    posting_ids = fields.One2many("loyalty.account.posting", "move_id", string="Booked by")

    key = fields.Char(
        string="Request", required=True, help="Identifies the request that led to it."
    )
    request_digest = fields.Char(required=True)
    previous_hash = fields.Char(required=True)
    hash = fields.Char(required=True)

    _key_unique = models.UniqueIndex("(key)", "This request was carried out already.")
    # Used by the account's list of movements and the ledger check; also keeps the count gapless.
    _seq_unique = models.UniqueIndex(
        "(account_id, seq)", "Two movements of an account cannot have the same number."
    )
    _check_after = models.Constraint(
        "CHECK (balance_after >= 0 AND held_after >= 0 AND held_after <= balance_after"
        " AND debt_after >= 0)",
        "Credit, reservations and debt cannot be below zero, nor reservations above the credit.",
    )
    # Used to find what a document earned or paid.
    _document_idx = models.Index("(document_model, document_id) WHERE document_model IS NOT NULL")

    @api.depends("account_id", "seq")
    def _compute_display_name(self):
        for move in self:
            move.display_name = f"{move.account_id.number} #{move.seq}"

    def action_open_document(self):
        """Open the document that led to this movement, as far as the user may read it.

        :raise UserError: there was none, or it was deleted
        """
        self.ensure_one()
        if (
            not self.document_model
            or not self.env[self.document_model].browse(self.document_id).exists()
        ):
            raise UserError(self.env._("The document of this movement is not there any more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.document_model,
            "res_id": self.document_id,
            "view_mode": "form",
        }

    def _erasable_columns(self):
        return ["document_name", "partner_name"]
