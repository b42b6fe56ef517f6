from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.loyalty_accounts.exceptions import InvalidValue
from odoo.addons.loyalty_accounts.rules import amounts, discount
from odoo.addons.loyalty_accounts.rules.errors import RuleError

from ..rules import terms as rules

PERCENTAGES = ("discount", "accumulation", "payment_percentage", "clearing_percentage")
TERMS_FIELDS = rules.Terms._fields

#: Percentages are kept with two decimals.
PERCENTAGE_STEP = Decimal("0.01")


class ConsolidationTermsMixin(models.AbstractModel):
    """The terms of an agreement, as fields and in words: of a version, and where they are typed."""

    _name = "consolidation.terms.mixin"
    _description = "Terms under which another establishment's clients are served"

    copy_privileges = fields.Boolean(
        string="Copy privileges",
        help="Each card keeps its own discount and credit rate. Off: every card of the partner "
        "gets the discount and the accumulation below.",
    )
    discount = fields.Float(
        string="Discount %", digits=(5, 2), help="0 to 100, where privileges are not copied."
    )
    accumulation = fields.Float(
        string="Accumulation %",
        digits=(5, 2),
        help="0 to 100: credit earned per 100 paid, where privileges are not copied.",
    )
    shared_deposit = fields.Boolean(
        string="Shared deposit",
        help="Clients pay and earn at both establishments with one deposit. Off: credit earned "
        "elsewhere does not pay here, and credit earned here pays only here.",
    )
    payment_percentage = fields.Float(
        string="Payment %",
        digits=(5, 2),
        default=100.0,
        help="0 to 100: share of a bill that credit earned here may pay. Credit earned at the "
        "partner may pay all of it.",
    )
    clearing_percentage = fields.Float(
        string="Bonus clears at %",
        digits=(5, 2),
        default=100.0,
        help="0 to 100: what the other side pays for 100 of earned credit that was spent here. "
        "Credit that customers paid in clears in full.",
    )
    exposure_limit = fields.Monetary(
        string="Limit of what is owed",
        help="Most that one side may owe the other, less what it is owed; beyond it its credit "
        "is not accepted until it has paid. 0: no limit.",
    )
    currency_id = fields.Many2one("res.currency", help="Currency of the sender's cards.")

    # === CHECKING === #

    @api.model
    def _parse_terms(self, vals, currency=None):
        """Return ``rules.terms.Terms`` of what was typed or sent; what is missing is at its default.

        :param dict vals: by the names of the fields; percentages from 0 to 100
        :param currency: ``res.currency`` of what was typed, which must not be finer
        :raise InvalidValue: an unknown name, no number, one out of range, or one with more
            decimals than are kept
        """
        unknown = set(vals) - set(TERMS_FIELDS)
        if unknown:
            raise InvalidValue(
                self.env._("There are no terms named %s.", ", ".join(sorted(map(str, unknown))))
            )
        parsed = {name: self._parse_term(name, value) for name, value in vals.items()}
        if currency and "exposure_limit" in parsed:
            self._check_steps("exposure_limit", parsed["exposure_limit"], currency.rounding)
        return rules.Terms(**parsed)

    def _parse_term(self, name, value):
        if name in PERCENTAGES:
            return self._parse_percentage(name, value)
        if name == "exposure_limit":
            return self._parse_limit(value)
        if not isinstance(value, bool):
            raise InvalidValue(self.env._("“%s” is either yes or no.", self._get_term_label(name)))
        return value

    def _parse_percentage(self, name, value):
        try:
            percentage = discount.check_percentage(value)
        except RuleError as error:
            raise InvalidValue(
                self.env._("“%s” must be a number from 0 to 100.", self._get_term_label(name))
            ) from error
        self._check_steps(name, value, PERCENTAGE_STEP)
        return percentage

    def _parse_limit(self, value):
        try:
            limit = amounts.read_number(value)
        except RuleError as error:
            raise InvalidValue(
                self.env._("The limit must be a number from 0 to %s.", amounts.MAX_AMOUNT)
            ) from error
        if limit < 0:
            raise InvalidValue(self.env._("The limit cannot be below zero; 0 means none."))
        return limit

    def _check_steps(self, name, value, step):
        """Refuse more decimals than are kept, instead of agreeing to something else.

        :param step: smallest unit that is kept
        :raise InvalidValue: with the steps that are allowed
        """
        if not rules.has_steps(value, Decimal(str(step))):
            raise InvalidValue(
                self.env._(
                    "“%(term)s” is kept in steps of %(step)s: %(value)s has too many decimals.",
                    term=self._get_term_label(name),
                    step=f"{float(step):g}",
                    value=value,
                )
            )

    def _get_term_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_terms(self):
        """Return the record's terms as ``rules.terms.Terms``."""
        self.ensure_one()
        return self._parse_terms({name: self[name] for name in TERMS_FIELDS})

    # === WORDS === #

    @api.model
    def _format_percentage(self, value):
        """A percentage as it is written in the user's language, without idle zeros."""
        digits = 0 if value == int(value) else 2
        return f"{formatLang(self.env, float(value), digits=digits)}\N{NO-BREAK SPACE}%"

    @api.model
    def _describe_terms(self, terms, accepter, currency):
        """Say in half a sentence what the terms give.

        :param terms: ``rules.terms.Terms``
        :param str accepter: name of the establishment where the cards are honoured
        :param currency: ``res.currency`` of the sender's cards
        """
        parts = [*self._describe_privileges(terms), self._describe_deposit(terms)]
        if rules.is_earning(terms) and terms.payment_percentage < 100:
            parts.append(
                self.env._(
                    "credit earned at %(accepter)s pays at most %(share)s of a bill there",
                    accepter=accepter,
                    share=self._format_percentage(terms.payment_percentage),
                )
            )
        if terms.exposure_limit:
            parts.append(
                self.env._(
                    "limit of what is owed: %s",
                    formatLang(self.env, float(terms.exposure_limit), currency_obj=currency),
                )
            )
        return ", ".join(parts)

    def _describe_privileges(self, terms):
        if terms.copy_privileges:
            return [self.env._("each card's own discount and credit rate")]
        parts = [self.env._("no discount")]
        if terms.discount:
            parts = [self.env._("%s discount", self._format_percentage(terms.discount))]
        if terms.accumulation:
            share = self._format_percentage(terms.accumulation)
            return [*parts, self.env._("%s of what they pay as credit", share)]
        return [*parts, self.env._("no credit earned")]

    def _describe_deposit(self, terms):
        if terms.shared_deposit:
            return self.env._("one deposit for both")
        return self.env._("credit pays only where it was earned")

    @api.model
    def _get_terms_rows(self, terms, currency):
        """Return ``[(name, label, value in words)]`` of what the terms say, in a fixed order."""
        rows = {"copy_privileges": self.env._("the same for every card")}
        if terms.copy_privileges:
            rows["copy_privileges"] = self.env._("each card's own")
        else:
            rows |= self._get_rate_rows(terms)
        rows["shared_deposit"] = self.env._("no: credit pays only where it was earned")
        if rules.is_earning(terms):
            share = self._format_percentage(terms.payment_percentage)
            rows["payment_percentage"] = self.env._("up to %s of a bill", share)
        if terms.shared_deposit:
            rows["shared_deposit"] = self.env._("yes: credit pays at both establishments")
            rows["clearing_percentage"] = self._format_percentage(terms.clearing_percentage)
            rows["exposure_limit"] = (
                formatLang(self.env, float(terms.exposure_limit), currency_obj=currency)
                if terms.exposure_limit
                else self.env._("none")
            )
        labels = self._get_row_labels()
        return [(name, labels[name], rows[name]) for name in labels if name in rows]

    def _get_rate_rows(self, terms):
        none = self.env._("none")
        share = self._format_percentage(terms.accumulation)
        return {
            "discount": self._format_percentage(terms.discount) if terms.discount else none,
            "accumulation": self.env._("%s of what is paid", share) if terms.accumulation else none,
        }

    def _get_row_labels(self):
        return {
            "copy_privileges": self.env._("Discount and credit rate"),
            "discount": self.env._("Discount"),
            "accumulation": self.env._("Credit earned"),
            "shared_deposit": self.env._("Shared deposit"),
            "payment_percentage": self.env._("Credit earned there pays"),
            "clearing_percentage": self.env._("100 % of earned credit is cleared at"),
            "exposure_limit": self.env._("Limit of what is owed"),
        }

    @api.model
    def _render_terms(self, terms, currency, old=None):
        """Draw the terms as a table, with what they change marked.

        :param old: the terms that they replace, where there are some
        """
        rows = {
            name: {"label": label, "value": value, "old": ""}
            for name, label, value in self._get_terms_rows(terms, currency)
        }
        for name, label, value in self._get_terms_rows(old, currency) if old else ():
            rows.setdefault(name, {"label": label, "value": ""})["old"] = value
        for row in rows.values():
            row["changed"] = bool(old) and row["old"] != row["value"]
        rows = [rows[name] for name in self._get_row_labels() if name in rows]
        return self.env["ir.qweb"]._render(
            "partner_consolidation.terms_table", {"rows": rows, "compared": bool(old)}
        )

    @api.model
    def _explain_terms(self, terms, sender, accepter, currency):
        """Say what the terms mean for a bill of 100: a list of sentences."""
        example = rules.work_out(terms, Decimal(100), Decimal(str(currency.rounding)))

        def money(amount):
            return formatLang(self.env, float(amount), currency_obj=currency)

        values = {
            "sender": sender,
            "accepter": accepter,
            "bill": money(example.bill),
            "discount": self._format_percentage(example.discount),
            "payable": money(example.payable),
            "earned": money(example.earned),
            "most": money(example.own_most),
        }
        return [
            self._explain_price(terms, values),
            self._explain_earning(terms, values),
            *self._explain_paying(terms, values, money),
        ]

    def _explain_price(self, terms, values):
        if terms.copy_privileges:
            return self.env._(
                "Goods for %(bill)s: a card of %(sender)s that has, for example, %(discount)s "
                "discount and a credit rate of 0.05 pays %(payable)s.",
                **values,
            )
        return self.env._(
            "Goods for %(bill)s: every card of %(sender)s gets %(discount)s discount and pays "
            "%(payable)s.",
            **values,
        )

    def _explain_earning(self, terms, values):
        if not rules.is_earning(terms):
            return self.env._("The customer earns no credit for it.", **values)
        return self.env._("Paid in money, that earns %(earned)s of credit.", **values)

    def _explain_paying(self, terms, values, money):
        lines = []
        if terms.shared_deposit:
            owed = 20 * terms.clearing_percentage / 100
            values |= {"part": money(20), "owed": money(owed)}
            lines += [
                self.env._(
                    "Credit of %(sender)s may pay all of it. For %(part)s of earned credit spent "
                    "at %(accepter)s, %(sender)s owes %(accepter)s %(owed)s; for credit that was "
                    "paid in, the full amount.",
                    **values,
                )
            ]
        else:
            lines += [self.env._("Credit of %(sender)s pays nothing at %(accepter)s.", **values)]
        if rules.is_earning(terms):
            lines += [
                self.env._(
                    "Credit that was earned at %(accepter)s may pay %(most)s of such a bill there.",
                    **values,
                ),
                self.env._(
                    "At %(sender)s it may pay all of a bill, and %(accepter)s owes for it.",
                    **values,
                )
                if terms.shared_deposit
                else self.env._("At %(sender)s it pays nothing.", **values),
            ]
        return lines
