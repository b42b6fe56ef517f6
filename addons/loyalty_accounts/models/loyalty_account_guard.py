from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..const import COMPANY_TERMS, LEDGER_FIELDS, LEDGER_TOKEN, TERMS_FIELDS
from ..exceptions import InvalidValue
from ..rules import discount, numbers
from ..rules.errors import RuleError


class LoyaltyAccountGuard(models.AbstractModel):
    """Who may set which field of an account, and to what.

    What comes over RPC is not trusted: values, defaults in the context and a user's own default
    values are all replaced or refused.
    """

    _name = "loyalty.account.guard"
    _description = "Loyalty account: who may set what"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: open accounts without credit, on terms that the user may give."""
        self.browse().check_access("create")
        return super().create([self._prepare_new_vals(vals) for vals in vals_list])

    def write(self, vals):
        """Override: the ledger's fields are the ledger's, terms a manager's, numbers stay."""
        self.browse().check_access("write")
        if self.env.context.get("loyalty_ledger") is not LEDGER_TOKEN:
            self._refuse_ledger_fields(vals.keys())
            self._check_percentages(vals)
            self._check_may_write(vals)
            vals = self._check_identity_change(dict(vals))
        return super().write(vals)

    # === NEW ACCOUNTS === #

    def _prepare_new_vals(self, vals):
        """Return the values of a new account, complete in all that defaults could tamper with."""
        vals = dict(vals)
        self._refuse_ledger_fields(vals.keys() - {"currency_id"})
        self._check_percentages(vals)
        company = self._get_company_of_new(vals)
        terms = self._get_company_terms(company)
        if not self._is_manager():
            self._check_default_terms(vals, terms)
            vals.update(terms)
        for name in COMPANY_TERMS - vals.keys():
            vals[name] = self.env.context.get(f"default_{name}", terms[name])
        number = vals.get("number", self.env.context.get("default_number"))
        if "number" in vals or number:
            vals["number"] = self._normalise_number(number)
        else:
            vals["number"] = self.with_company(company)._generate_number()
        return vals | {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            **dict.fromkeys(LEDGER_FIELDS, 0),
            "head_hash": False,
            "head_seal": False,
        }

    def _get_company_of_new(self, vals):
        company_id = vals.get("company_id") or self.env.context.get("default_company_id")
        return self.env["res.company"].browse(company_id) if company_id else self.env.company

    def _get_company_terms(self, company):
        """What a new card of the company starts with."""
        return {
            "discount": company.loyalty_default_discount,
            "credit_rate": company.loyalty_default_credit_rate,
            "expiry_date": False,
            "blocked": False,
            "block_reason": False,
            "active": True,
        }

    def _check_default_terms(self, vals, terms):
        if any((vals[name] or False) != (terms[name] or False) for name in terms if name in vals):
            raise AccessError(
                self.env._("Only a loyalty manager gives other terms than the defaults.")
            )

    # === CHANGES === #

    def _refuse_ledger_fields(self, names):
        if (LEDGER_FIELDS | {"currency_id"}) & names:
            raise AccessError(
                self.env._("Credit is changed by top-ups, payments and manual entries only.")
            )

    def _check_percentages(self, vals):
        """Refuse what is no number from 0 to 100 before PostgreSQL or Python stumble over it."""
        for name in {"discount", "credit_rate"} & vals.keys():
            try:
                discount.check_percentage(vals[name] or 0)
            except RuleError as error:
                raise InvalidValue(self._describe_rule_error(error)) from error

    def _is_manager(self):
        return self.env.su or self.env.user.has_group("loyalty_accounts.group_manager")

    def _check_manager(self):
        """Refuse what only managers may do.

        :raise AccessError: the user is none
        """
        if not self._is_manager():
            raise AccessError(self.env._("Only a loyalty manager may do this."))

    def _check_may_write(self, vals):
        """Terms are a manager's; so is giving a customer's card to somebody else."""
        if self._is_manager():
            return
        if TERMS_FIELDS & vals.keys():
            raise AccessError(
                self.env._("Only a loyalty manager changes number, discount, rate or validity.")
            )
        if "partner_id" in vals and any(
            account.partner_id.id not in (False, vals["partner_id"]) for account in self
        ):
            raise AccessError(
                self.env._("Only a loyalty manager gives a card to another customer.")
            )

    def _check_identity_change(self, vals):
        """The company stays; the number does, too, once movements refer to it."""
        if "number" in vals:
            vals["number"] = self._normalise_number(vals["number"])
        for account in self:
            if "company_id" in vals and vals["company_id"] != account.company_id.id:
                raise UserError(
                    self.env._(
                        "%s was issued by its company, which cannot be changed. Open a new card.",
                        account.display_name,
                    )
                )
            if vals.get("number", account.number) != account.number and (
                account.version or account.number_ids
            ):
                raise UserError(
                    self.env._(
                        "%s is in use: its number cannot be changed any more. Replace the card.",
                        account.display_name,
                    )
                )
        return vals

    @api.model
    def _normalise_number(self, number):
        try:
            return numbers.check_number(number)
        except RuleError as error:
            raise InvalidValue(self._describe_rule_error(error)) from error
