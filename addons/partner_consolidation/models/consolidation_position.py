from odoo import fields, models
from odoo.tools import SQL


class ConsolidationPosition(models.Model):
    """Who owes whom: what closed periods came to, and what is open now, by pair.

    Closed periods are read as the totals that were stored when they were closed, so that the
    matrix of many years costs no more than what is open. Reversed periods are not in it: their
    lines are open again, or in a later period.
    """

    _name = "consolidation.position"
    _description = "Who owes whom"
    _auto = False
    _order = "date_to desc, debtor_id, creditor_id"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one(
        "res.company", string="Owed by", readonly=True, help="Where the credit was earned."
    )
    creditor_id = fields.Many2one(
        "res.company", string="Owed to", readonly=True, help="Where the credit was used."
    )
    clearing_id = fields.Many2one(
        "consolidation.clearing", string="Period", readonly=True, help="Empty: open."
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        readonly=True,
        help="Open: no period has cleared it; it changes with every payment.",
    )
    date_to = fields.Date(string="Period up to", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    credit = fields.Monetary(readonly=True, help="Credit used, at its face value.")
    amount = fields.Monetary(string="Owed", readonly=True, help="What is owed for it.")
    disputed_amount = fields.Monetary(
        string="Of it disputed", readonly=True, help="Left out of clearings until it is released."
    )
    item_count = fields.Integer(string="Lines", readonly=True)

    @property
    def _table_query(self):
        # Reads only. Open lines are grouped anew each time, from their own index.
        return SQL(
            """
            SELECT pair.id, pair.debtor_id, pair.creditor_id, pair.clearing_id, 'closed' AS state,
                   c.date_to, pair.currency_id, pair.credit, pair.amount,
                   0::numeric AS disputed_amount, pair.item_count
              FROM consolidation_clearing_pair pair
              JOIN consolidation_clearing c ON c.id = pair.clearing_id AND c.state = 'closed'
             UNION ALL
            SELECT -min(i.id), i.debtor_id, i.creditor_id, NULL, 'open', NULL, i.currency_id,
                   sum(i.credit), sum(i.amount),
                   coalesce(sum(i.amount) FILTER (WHERE i.disputed), 0), count(*)
              FROM consolidation_item i WHERE i.clearing_id IS NULL
             GROUP BY i.debtor_id, i.creditor_id, i.currency_id
            """
        )

    def action_statement(self):
        """Open the statement of both establishments, of the period or of what is open."""
        self.ensure_one()
        return self.env["consolidation.statement"]._open(
            self.debtor_id, self.creditor_id, self.currency_id, self.clearing_id
        )
