from odoo import api, fields, models


class ConsolidationClearingPair(models.Model):
    """What one establishment owed another in a closed period. Append-only."""

    _name = "consolidation.clearing.pair"
    _description = "Total of two establishments in a clearing"
    _inherit = ["loyalty.append.only"]
    _order = "clearing_id desc, debtor_id, creditor_id"
    _log_access = False

    clearing_id = fields.Many2one("consolidation.clearing", required=True, ondelete="restrict")
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
        index=True,
        help="Where the credit was used.",
    )
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    credit = fields.Monetary(
        required=True, help="Credit used, at its face value, less what was given back."
    )
    amount = fields.Monetary(required=True, help="What is owed for it.")
    item_count = fields.Integer(string="Lines", required=True)

    # Used by the exposure of a debtor, and by the matrix of a clearing.
    _pair_unique = models.UniqueIndex(
        "(clearing_id, debtor_id, creditor_id)", "A pair is summed once in a clearing."
    )

    @api.depends("clearing_id", "debtor_id", "creditor_id")
    def _compute_display_name(self):
        for pair in self:
            # Superuser: both names are on the record, whoever may read it.
            sides = pair.sudo()
            pair.display_name = (
                f"{sides.clearing_id.name}: {sides.debtor_id.name} → {sides.creditor_id.name}"
            )

    def action_statement(self):
        """Open the statement of both establishments in this period."""
        self.ensure_one()
        return self.env["consolidation.statement"]._open(
            self.debtor_id, self.creditor_id, self.currency_id, self.clearing_id
        )
