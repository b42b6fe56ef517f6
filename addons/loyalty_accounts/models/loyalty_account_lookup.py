from collections import namedtuple
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import NUMBER_POLICY
from ..exceptions import AccountNotFound, AccountUnusable, TooManyGuesses
from ..rules import numbers, throttle
from ..rules.errors import RuleError

#: What an account gets where it is presented: ``discount`` in percent, ``credit_rate`` per 1 paid.
Privileges = namedtuple("Privileges", "discount credit_rate")


class LoyaltyAccountLookup(models.AbstractModel):
    """Finding an account by its number, whether it is accepted, and its buttons."""

    _name = "loyalty.account.lookup"
    _description = "Loyalty account: finding and using"

    # === FINDING AND CHECKING === #

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Override: a whole card number finds its card at once, without searching the names.

        :raise CardReplaced: nothing was found, and it is the number of a card that was replaced
        """
        try:
            number = numbers.check_number(name)
        except RuleError:
            return super().name_search(name, domain, operator, limit)
        exact = Domain("number", "=", number) & Domain(domain or [])
        found = self.search_fetch(exact, ["display_name"], limit=1)
        if found:
            return [(found.id, found.display_name)]
        results = super().name_search(name, domain, operator, limit)
        if not results:
            self._refuse_replaced(number, self.env.company)
        return results

    @api.model
    def _find_by_number(self, number, company):
        """Return the account with this card number, whatever its state.

        The answer for a number of another company is the one for an unknown number, so that
        numbers cannot be tried out across companies.

        :param str number: as scanned or typed; spaces around it and letter case do not matter
        :param company: ``res.company`` where the card is presented
        :raise AccountNotFound: no account of that number is honoured there
        :raise CardReplaced: the card was replaced by another one
        :raise TooManyGuesses: the user has looked up too many unknown numbers
        """
        try:
            normal = numbers.check_number(number)
        except RuleError as error:
            raise AccountNotFound(self._describe_rule_error(error)) from error
        self._check_guesses(self.env["loyalty.attempt"]._read_tries(self._get_guesser(company)))
        domain = Domain("number", "=", normal) & self._get_honoured_domain(company)
        # Superuser, because whoever holds the card may present it; the company decides.
        account = self.sudo().with_context(active_test=False).search(domain, limit=1)
        if not account:
            self._refuse_replaced(normal, company)
            self._refuse_unknown(normal, company)
        if account.merged_into_id:
            self._refuse_replaced(normal, company)
        return account.sudo(False)  # back to the caller's rights

    def _refuse_unknown(self, number, company):
        """Count a guess and say that there is no such card.

        :raise AccountNotFound: always
        """
        self._count_guess(company)
        raise AccountNotFound(
            self.env._("No account has the card number %s. Check the number.", number)
        )

    def _get_guesser(self, company):
        """Who looks numbers up where, as the subject of ``loyalty.attempt``."""
        return f"number/{self.env.uid}/{company.id}"

    def _count_guess(self, company):
        """Count an unknown number; code that runs as superuser guesses nothing."""
        if not self.env.su:
            attempts = self.env["loyalty.attempt"]
            allowed, tries = attempts._take(self._get_guesser(company), NUMBER_POLICY)
            if not allowed:
                self._check_guesses(tries)

    def _check_guesses(self, tries):
        """Refuse every number, known or not, once too many were unknown.

        :raise TooManyGuesses: for some minutes
        """
        now = fields.Datetime.now()
        if throttle.is_paused(tries, now):
            raise TooManyGuesses(
                self.env._(
                    "Too many unknown card numbers were looked up. Try again in %s minutes.",
                    throttle.minutes_left(tries, now),
                )
            )

    @api.model
    def _get_honoured_domain(self, company):
        """Domain of the accounts that ``company`` honours; consolidation adds partners' cards."""
        return Domain("company_id", "=", company.id)

    def _is_honoured(self, company):
        """Whether ``company`` honours the account: of one record what the domain says of all."""
        return self.company_id == company

    def _may_be_on_document(self, company):
        """Whether a document of ``company`` may name the account, whatever became of it since."""
        return self.company_id == company

    # === WHAT IT IS WORTH SOMEWHERE === #

    def _get_privileges(self, company):
        """Return :class:`Privileges` of the account at ``company``; a partner's terms may differ.

        :return: ``discount``, percent 0–100, and ``credit_rate`` per 1 of currency, as Decimals
        """
        self.ensure_one()
        return Privileges(Decimal(repr(self.discount)), Decimal(repr(self.credit_rate)))

    def _get_spendable(self, company, bill=None, holds=(), document=None):
        """Credit that the account may pay at ``company`` now, as Decimal in its currency.

        :param Decimal bill: value of the document in that currency, of which a partner may let
            credit pay a share only; nothing: a document of any value
        :param holds: reservations of that document, which are there to be used
        :param document: record of which some may be paid already
        """
        self.ensure_one()
        amounts = (self.available, *(hold.remaining for hold in holds))
        return sum((Decimal(repr(amount)) for amount in amounts), Decimal(0))

    def _check_usable(self, company):
        """Raise unless the account can be paired, charged and credited at ``company`` today.

        :raise AccountUnusable: with the reason and the way out
        """
        self.ensure_one()
        reason = self._get_unusable_reason(company)
        if reason:
            raise AccountUnusable(reason)

    def _get_unusable_reason(self, company):
        """Return why the account is refused at ``company`` today, or an empty string."""
        if not self._is_honoured(company):
            return self.env._("This card is not honoured at %s.", company.display_name)
        if self.sudo().merged_into_id:  # said to whoever holds the card
            return self.env._("%s was merged into another account.", self.display_name)
        if self.state == "archived":
            return self.env._("%s is archived. Restore it first.", self.display_name)
        if self.state == "blocked":
            return self.env._(
                "%(account)s is blocked: %(reason)s",
                account=self.display_name,
                reason=self.block_reason or self.env._("ask a loyalty manager."),
            )
        if self.state == "expired":
            return self.env._(
                "%(account)s expired on %(date)s. A loyalty manager can move the date.",
                account=self.display_name,
                date=fields.Date.to_string(self.expiry_date),
            )
        return ""

    def _get_deletable(self):
        """Return the accounts that nothing refers to: no movement, no order, no invoice."""
        used = self.browse()
        for model in ("sale.order", "account.move"):
            # Superuser, because documents of other salespeople or companies count too.
            groups = (
                self.env[model]
                .sudo()
                ._read_group([("loyalty_account_id", "in", self.ids)], ["loyalty_account_id"])
            )
            used |= self.browse(account.id for (account,) in groups)
        return self.filtered(lambda account: not account.version) - used

    @api.model
    def _describe_rule_error(self, error):
        """Return the sentence for an error of the pure rules."""
        sentences = {
            "amount_not_number": self.env._("The amount must be a number."),
            "amount_zero": self.env._("The amount must not be zero."),
            "amount_negative": self.env._("The amount must be above zero."),
            "amount_too_large": self.env._("The amount must not exceed %(maximum)s."),
            "amount_too_precise": self.env._("The amount must be a multiple of %(step)s."),
            "credit_insufficient": self.env._("Only %(available)s is left on the account."),
            "number_missing": self.env._("Enter a card number."),
            "number_too_long": self.env._("A card number has at most %(maximum)s characters."),
            "number_invalid": self.env._(
                "A card number has 3 to 32 letters without accents, digits, or any of . _ / -"
            ),
            "pin_invalid": self.env._("A PIN has 4 to 8 digits."),
            "pin_trivial": self.env._(
                "This PIN is too easy to guess. Choose one without a row, a repetition or only "
                "one digit."
            ),
            "prefix_invalid": self.env._("A number prefix has 1 to 6 digits."),
            "percentage_out_of_range": self.env._("Discount and rate lie between 0 and 100."),
            "day_invalid": self.env._("Enter days as year-month-day, such as 2026-01-31."),
            "period_reversed": self.env._("The first day must not lie after the last one."),
            "refund_too_large": self.env._("Only %(refundable)s of this can still be given back."),
        }
        return sentences[error.code] % error.values

    # === ACTIONS === #

    def action_block(self):
        """Refuse the card from now on, everywhere."""
        return self.write({"blocked": True})

    def action_unblock(self):
        """Accept the card again."""
        return self.write({"blocked": False, "block_reason": False})

    def action_delete(self):
        """Open the dialogue that deletes what can be deleted and offers to archive the rest."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Delete accounts"),
            "res_model": "loyalty.account.delete",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_ids": self.ids},
        }

    def action_view_orders(self):
        """Show the orders paired with the account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("loyalty_account_id", "=", self.id)],
            "context": {
                "default_loyalty_account_id": self.id,
                "default_partner_id": self.partner_id.id,
            },
        }

    def action_anonymise(self):
        """Open the dialogue that erases what names a person."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymise accounts"),
            "res_model": "loyalty.account.anonymise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_ids": self.ids},
        }

    def action_export_personal_data(self):
        """Download everything that is kept of the accounts' holders.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        return self.env["loyalty.personal.data"]._start(self)

    def action_verify(self):
        """Recompute seals and sums of the accounts, and show what was found.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        return self.env["loyalty.verification"]._verify_accounts(self)._get_action()

    def _verify_ledger(self):
        """Recompute sums and seals of the accounts; of everything where none are given.

        :return: list of problems, see ``loyalty.ledger.audit``
        """
        audit = self.env["loyalty.ledger.audit"]
        return audit._verify(self) if self else audit._verify_all()
