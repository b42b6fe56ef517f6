from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN
from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from ..const import CLEARING_STATES, SETTLEMENT_MODES

#: Periods end on this day or later.
FIRST_DAY = date(2000, 1, 1)

#: What its user decides, as long as it is a draft; everything else is written by closing it.
EDITABLE_FIELDS = frozenset({"date_to", "currency_id", "establishment_ids", "settlement_mode"})


class ConsolidationClearing(models.Model):
    """A period that is settled between establishments; see docs/adr/0011.

    A draft shows what closing it would do. Closing takes the open items of the period, sums them
    by pair, nets the sums to few payments and books both sides. A closed one never changes.
    """

    _name = "consolidation.clearing"
    _description = "Clearing between establishments"
    _order = "date_to desc, id desc"

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    state = fields.Selection(
        CLEARING_STATES, required=True, readonly=True, default="draft", copy=False
    )
    date_to = fields.Date(
        string="Up to and including",
        required=True,
        default=lambda self: self._get_default_date(),
        help="Credit that was used up to the end of this day is cleared. The day is that of the "
        "establishment where it was used, by the time zone of its address.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.currency_id,
        help="Each currency is cleared by itself.",
    )
    establishment_ids = fields.Many2many(
        "consolidation.establishment",
        "consolidation_clearing_establishment_rel",
        string="Establishments",
        groups="partner_consolidation.group_clearing",
        help="Only what these owe each other is cleared; empty: what all owe each other.",
    )
    settlement_mode = fields.Selection(
        SETTLEMENT_MODES,
        string="Payments as",
        required=True,
        default="entries",
        help="What stands in the books until a payment is made: entries on receivable and "
        "payable accounts, or an invoice of the payee and a vendor bill of the payer.",
    )
    pair_ids = fields.One2many(
        "consolidation.clearing.pair", "clearing_id", string="Who owes whom", readonly=True
    )
    party_ids = fields.Many2many(
        "res.company",
        "consolidation_clearing_party_rel",
        string="Parties",
        readonly=True,
        copy=False,
        groups="partner_consolidation.group_clearing",
        help="Establishments that owe or are owed something in it. Rights are decided by this and "
        "not by the pairs: rules are checked as superuser, and what that reads of a list of "
        "records is what the user gets to see of it.",
    )
    payment_ids = fields.One2many("consolidation.payment", "clearing_id", readonly=True)
    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    reversed_on = fields.Datetime(readonly=True, copy=False)
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    reverse_reason = fields.Char(readonly=True, copy=False)

    _name_unique = models.UniqueIndex("(name)", "This number is taken.")

    # === DEFAULTS === #

    @api.model
    def _get_default_date(self):
        """The last day of the month before this one."""
        today = self.env.company._get_loyalty_today()
        return fields.Date.subtract(fields.Date.start_of(today, "month"), days=1)

    # === CHANGES === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: give it a number; only what its user decides can be given.

        :raise AccessError: a field that closing writes
        :raise InvalidValue: no day, or no currency
        """
        for vals in vals_list:
            self._check_editable(vals)
            self._check_typed(vals)
        numbers = self.env["ir.sequence"].sudo()  # whoever may create one may number it
        return super().create(
            [{**vals, "name": numbers.next_by_code("consolidation.clearing")} for vals in vals_list]
        )

    def write(self, vals):
        """Override: drafts may be edited, the rest is the engine's.

        :raise AccessError: a field that closing writes
        :raise UserError: it is not a draft any more
        """
        if self.env.context.get("loyalty_ledger") is not LEDGER_TOKEN:
            self._check_editable(vals)
            self._check_draft()
            self._check_typed(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_draft()

    def _check_editable(self, vals):
        if vals.keys() - EDITABLE_FIELDS:
            raise AccessError(self.env._("Close or reverse the clearing by its buttons."))

    def _check_typed(self, vals):
        if "date_to" in vals and not self._is_possible_day(vals["date_to"]):
            raise InvalidValue(
                self.env._(
                    "Choose the last day of the period: from the year %(first)s on, and not more "
                    "than a year from now.",
                    first=FIRST_DAY.year,
                )
            )
        if "currency_id" in vals:
            currency_id = vals["currency_id"]
            currencies = self.env["res.currency"]
            if type(currency_id) is not int or not currencies.browse(currency_id).exists():
                raise InvalidValue(self.env._("Choose the currency that is to be cleared."))
        if "settlement_mode" in vals and vals["settlement_mode"] not in dict(SETTLEMENT_MODES):
            raise InvalidValue(self.env._("Choose how the payments stand in the books."))

    @api.model
    def _is_possible_day(self, value):
        """Whether it is a day that the end of a period can be reckoned with."""
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            return False
        return bool(day) and FIRST_DAY <= day <= fields.Date.today() + timedelta(days=366)

    def _check_draft(self):
        done = self.filtered(lambda clearing: clearing.state != "draft")
        if done:
            raise UserError(
                self.env._(
                    "%s is closed and never changes. Reverse it to open its lines again.",
                    done[0].name,
                )
            )
