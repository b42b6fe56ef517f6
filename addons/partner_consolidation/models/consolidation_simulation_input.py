from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang
from odoo.tools.mail import plaintext2html

from odoo.addons.loyalty_accounts.exceptions import InvalidValue
from odoo.addons.loyalty_accounts.rules import amounts, discount

from ..const import MAX_SETTLEMENT_DAYS, MAX_SIMULATED_MONTHS
from .consolidation_terms_mixin import PERCENTAGE_STEP

PERCENTAGES = frozenset(
    {
        *("discount", "accumulation", "payment_percentage", "clearing_percentage"),
        *("share_percentage", "new_percentage", "margin", "credit_use", "bonus_percentage"),
        *("card_discount", "card_accumulation"),
    }
)
AMOUNTS = frozenset({"exposure_limit", "credit_per_bill"})
WHOLE_NUMBERS = {"months": MAX_SIMULATED_MONTHS, "settlement_days": MAX_SETTLEMENT_DAYS}


class ConsolidationSimulation(models.Model):
    """What is put into a simulation: what is refused, and what it means in words."""

    _inherit = "consolidation.simulation"

    assumptions = fields.Html(
        compute="_compute_assumptions",
        string="In words",
        sanitize=False,
        help="What the simulation takes for granted.",
    )

    @api.depends(
        lambda _self: (
            *(*sorted(PERCENTAGES | AMOUNTS), *WHOLE_NUMBERS, "copy_privileges"),
            *("shared_deposit", "date_from", "date_to", "company_id"),
        )
    )
    @api.depends_context("lang")
    def _compute_assumptions(self):
        for record in self:
            record.assumptions = plaintext2html("\n\n".join(record._get_assumptions()))

    # === REFUSED === #

    def _check_inputs(self, vals):
        """Refuse what is no number of the right size before PostgreSQL or Python stumble over it.

        :raise InvalidValue: with a sentence that says what is allowed
        """
        self._check_relations(vals)
        if "name" in vals:
            self._check_name(vals["name"])
        ledger = self.env["loyalty.ledger"]
        for name in vals.keys() & PERCENTAGES:
            ledger._apply_rule(InvalidValue, discount.check_percentage, vals[name] or 0)
            self._check_steps(name, vals[name] or 0, PERCENTAGE_STEP)
        for name in vals.keys() & AMOUNTS:
            if ledger._apply_rule(InvalidValue, amounts.read_number, vals[name] or 0) < 0:
                raise InvalidValue(self.env._("“%s” cannot be below zero.", self._label(name)))
            for currency in self._get_currencies(vals):
                self._check_steps(name, vals[name] or 0, currency.rounding)
        for name in vals.keys() & WHOLE_NUMBERS.keys():
            number, most = vals[name], WHOLE_NUMBERS[name]
            if type(number) is not int or not 1 <= number <= most:
                raise InvalidValue(
                    self.env._(
                        "“%(field)s” must be a whole number from 1 to %(most)s.",
                        field=self._label(name),
                        most=most,
                    )
                )

    def _check_name(self, name):
        if not isinstance(name, str) or not name.strip() or "\0" in name:
            raise InvalidValue(self.env._("Give the simulation a name, to tell it from others."))

    def _check_relations(self, vals):
        """Refuse what is no establishment or agreement; rights are checked where they are written."""
        if "company_id" in vals:
            company_id = vals["company_id"]
            companies = self.env["res.company"]
            if type(company_id) is not int or not companies.browse(company_id).exists():
                raise InvalidValue(self.env._("Choose the establishment whose sales are replayed."))
        agreement_id = vals.get("agreement_id", False)
        if agreement_id is not False and agreement_id is not None:
            agreements = self.env["consolidation.agreement"]
            if type(agreement_id) is not int or not agreements.browse(agreement_id).exists():
                raise InvalidValue(self.env._("There is no such agreement. Choose one, or none."))

    def _get_currencies(self, vals):
        """Of the establishments whose sales are replayed."""
        # Superuser: rights are checked where the establishment is written.
        companies = self.env["res.company"].sudo().browse(vals.get("company_id", []))
        return (companies or self.company_id or self.env.company).currency_id

    def _check_complete(self):
        """Refuse to run without what nobody but the user can say.

        :raise UserError: naming all that is missing
        """
        missing = [self._label(name) for name in self._get_missing()]
        if missing:
            raise UserError(
                self.env._(
                    "Nobody can know these, so say what you expect of them:\n%s",
                    "\n".join(f"• {label}" for label in missing),
                )
            )

    def _get_missing(self):
        """Names of the inputs that are empty and needed."""
        if not self.share_percentage:
            yield "share_percentage"
        if self.new_percentage and not self.margin:
            yield "margin"
        if self.copy_privileges and not self.card_discount and not self.card_accumulation:
            yield from ("card_discount", "card_accumulation")
        if self.shared_deposit and not self.credit_per_bill:
            yield "credit_per_bill"
        if self.shared_deposit and not self.credit_use:
            yield "credit_use"

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    # === IN WORDS === #

    def _get_assumptions(self):
        """All that the simulation takes for granted, as sentences."""
        self.ensure_one()
        sentences = (
            *(self._describe_sales(), self._describe_share(), self._describe_cards()),
            *(self._describe_credit(), self._describe_clearing(), self._describe_costs()),
        )
        return [sentence for sentence in sentences if sentence]

    def _describe_sales(self):
        period = self.env._("the last %s whole months", self.months)
        if self.date_from:
            first, last = (format_date(self.env, day) for day in (self.date_from, self.date_to))
            period = self.env._("%(first)s to %(last)s", first=first, last=last)
        return self.env._(
            "Replayed are the confirmed orders of %(establishment)s, %(period)s: totals with "
            "taxes, less what was returned, without credit that was sold. Discounts that they had "
            "stay, and the partner's come on top.",
            establishment=self.company_id.name or "",
            period=period,
        )

    def _describe_share(self):
        new = self.env._("None of that is new business.")
        if self.new_percentage:
            new = self.env._(
                "%(new)s %% of that would not have been sold otherwise, and leaves a margin of "
                "%(margin)s %%.",
                new=self._number(self.new_percentage),
                margin=self._number(self.margin),
            )
        share = self.env._(
            "%s %% of each bill counts as paid by clients of the partner.",
            self._number(self.share_percentage),
        )
        return f"{share} {new}"

    def _describe_cards(self):
        if self.copy_privileges:
            return self.env._(
                "The partner's cards keep their own terms; on average they get %(discount)s %% off "
                "and earn %(earned)s %%. That is your figure, not one read from the cards.",
                discount=self._number(self.card_discount),
                earned=self._number(self.card_accumulation),
            )
        return self.env._(
            "Each card of the partner gets %(discount)s %% off and earns %(earned)s %%.",
            discount=self._number(self.discount),
            earned=self._number(self.accumulation),
        )

    def _describe_credit(self):
        values = {
            "use": self._number(self.credit_use),
            "own": self._number(self.payment_percentage),
            "credit": self._money(self.credit_per_bill),
        }
        if self.shared_deposit:
            return self.env._(
                "At each bill a client of the partner has %(credit)s of the partner's credit and "
                "pays up to %(use)s %% with credit: the partner's first, then what was earned here "
                "before, which pays up to %(own)s %% of a bill.",
                **values,
            )
        return self.env._(
            "The partner's credit does not pay here. What was earned here before pays up to "
            "%(own)s %% of a bill, of which clients pay up to %(use)s %% with credit.",
            **values,
        )

    def _describe_clearing(self):
        if not self.shared_deposit:
            return ""
        limit = self.env._("There is no exposure limit.")
        if self.exposure_limit:
            limit = self.env._(
                "The exposure limit of %s refuses nothing here: days above it are counted.",
                self._money(self.exposure_limit),
            )
        clearing = self.env._(
            "%(bonus)s %% of the partner's credit was earned and clears at %(clears)s %%; the rest "
            "was paid in and clears in full. Every %(days)s days the partner pays all that is "
            "open.",
            bonus=self._number(self.bonus_percentage),
            clears=self._number(self.clearing_percentage),
            days=self.settlement_days,
        )
        return f"{clearing} {limit}"

    def _describe_costs(self):
        return self.env._(
            "Cost is the discount, all credit that is earned, as if all of it will be spent, and "
            "what is lost in clearing. Gain is the margin on new business. Credit earned here that "
            "clients spend at the partner is not replayed: it would cost less, and lower what the "
            "partner owes."
        )

    def _money(self, value):
        return formatLang(self.env, value, currency_obj=self.currency_id)

    def _number(self, value):
        return formatLang(self.env, value, digits=0 if value == int(value) else 2)
