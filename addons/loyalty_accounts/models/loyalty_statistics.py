from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import LOT_ORIGINS, MOVE_KINDS, STATISTICS

#: What is counted, in the order in which it is shown.
MEASURES = ("issued", "earned", "spent", "expired", "corrected")
#: Time zones reach from -12 to +14 hours: within so much of a day lie its movements.
_ZONES = timedelta(days=1)


class LoyaltyStatistics(models.Model):
    """What happened to credit: each part of a movement, signed as a reader expects.

    Issued is paid for or brought over, less what was refunded; earned is less what was taken back;
    spent is less refunds. Issued + earned − spent − expired + corrected = change, always.

    A movement counts for the day and the establishment where it took place, as in the liability
    report. Nothing is stored: the rows are those of the ledger.
    """

    _name = "loyalty.statistics"
    _description = "Loyalty statistics"
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "move_id"

    date = fields.Date(
        string="Day", readonly=True, help="By the time zone of the establishment's address."
    )
    moment = fields.Datetime(string="Time", readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Establishment", readonly=True, help="Where it took place."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(MOVE_KINDS, readonly=True)
    origin = fields.Selection(
        LOT_ORIGINS, readonly=True, help="How the credit had come into being."
    )
    account_id = fields.Many2one(
        "loyalty.account", readonly=True, help="Empty for cards of other establishments."
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    move_id = fields.Many2one("loyalty.account.move", string="Movement", readonly=True)

    issued = fields.Monetary(
        readonly=True, help="Top-ups, vouchers and opening balances, less refunded top-ups."
    )
    earned = fields.Monetary(readonly=True, help="Bonus, less what was taken back.")
    spent = fields.Monetary(readonly=True, help="Payments, less refunds of them.")
    expired = fields.Monetary(readonly=True)
    corrected = fields.Monetary(
        readonly=True, help="Manual entries and transfers; below zero where credit went away."
    )
    change = fields.Monetary(
        string="Change of credit",
        readonly=True,
        help="Issued and earned, less spent and expired, corrections included.",
    )
    liability = fields.Monetary(
        string="Change of liability",
        readonly=True,
        help="The same without the tax that the sale of single-purpose vouchers declared.",
    )

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self, counted="credit"):
        """The rows as SQL; columns are the fields.

        :param counted: what the measures count: ``credit``, or ``amount`` for what is owed
        """
        # Reads only. Cards of other establishments are not named: whoever may see what happened
        # here need not know whose card it was.
        return SQL(
            """
            SELECT owed.allocation_id AS id, m.id AS move_id, m.date AS moment, m.kind,
                   m.company_id, m.currency_id, owed.origin,
                   ((m.date AT TIME ZONE 'UTC') AT TIME ZONE coalesce(place.tz, 'UTC'))::date
                       AS date,
                   account.id AS account_id, account.partner_id,
                   %s,
                   owed.credit AS change, owed.amount AS liability
              FROM loyalty_account_move m
              JOIN (%s) owed ON owed.move_id = m.id
              JOIN res_company company ON company.id = m.company_id
              JOIN res_partner place ON place.id = company.partner_id
              LEFT JOIN loyalty_account account
                ON account.id = m.account_id AND account.company_id = m.company_id
            """,
            SQL(", ").join(
                self._get_measure_sql(measure, SQL.identifier("owed", counted))
                for measure in MEASURES
            ),
            self.env["loyalty.books.batch"]._get_owed_sql(),
        )

    @api.model
    def _get_measure_sql(self, measure, counted):
        """A column: the amounts of the measure's kinds, with their sign."""
        ups, downs = (
            [kind for kind, known in STATISTICS.items() if known == (measure, sign)]
            for sign in (1, -1)
        )
        return SQL(
            """CASE WHEN m.kind = ANY(%(ups)s) THEN %(counted)s
                    WHEN m.kind = ANY(%(downs)s) THEN -%(counted)s ELSE 0 END AS %(measure)s""",
            ups=ups,
            downs=downs,
            counted=counted,
            measure=SQL.identifier(measure),
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override: a range of days is also one of moments, for which the ledger has an index."""
        domain = Domain(domain).optimize(self).map_conditions(self._add_moment)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _add_moment(self, condition):
        """Add to a condition on the day what follows from it for the moment."""
        day = condition.value
        if condition.field_expr != "date" or not isinstance(day, date):
            return condition
        midnight = datetime.combine(day, time.min)
        if condition.operator in (">=", ">"):
            return condition & Domain("moment", ">=", midnight - _ZONES)
        if condition.operator in ("<=", "<"):
            return condition & Domain("moment", "<", midnight + 2 * _ZONES)
        return condition

    def action_open_movement(self):
        """Open the movement of a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
