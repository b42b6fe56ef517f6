from odoo import api, fields, models
from odoo.fields import Domain

from ..exceptions import AccountNotFound, AccountUnusable
from ..rules import numbers
from ..rules.errors import RuleError


class LoyaltyAccountLookup(models.AbstractModel):
    """Finding an account by its number, whether it is accepted, and its buttons."""

    _name = "loyalty.account.lookup"
    _description = "Loyalty account: finding and using"

    # === FINDING AND CHECKING === #

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Override: a whole card number finds its card at once, without searching the names."""
        try:
            exact = Domain("number", "=", numbers.check_number(name)) & Domain(domain or [])
        except RuleError:
            exact = Domain.FALSE
        found = self.search_fetch(exact, ["display_name"], limit=1)
        if found:
            return [(found.id, found.display_name)]
        return super().name_search(name, domain, operator, limit)

    @api.model
    def _find_by_number(self, number, company):
        """Return the account with this card number, whatever its state.

        The answer for a number of another company is the one for an unknown number, so that
        numbers cannot be tried out across companies.

        :param str number: as scanned or typed; spaces around it and letter case do not matter
        :param company: ``res.company`` where the card is presented
        :raise AccountNotFound: no account of that number is honoured there
        """
        try:
            normal = numbers.check_number(number)
        except RuleError as error:
            raise AccountNotFound(self._describe_rule_error(error)) from error
        domain = Domain("number", "=", normal) & self._get_honoured_domain(company)
        # Superuser, because whoever holds the card may present it; the company decides.
        account = self.sudo().with_context(active_test=False).search(domain, limit=1)
        if not account:
            raise AccountNotFound(
                self.env._("No account has the card number %s. Check the number.", normal)
            )
        return account.sudo(False)  # back to the caller's rights

    @api.model
    def _get_honoured_domain(self, company):
        """Domain of the accounts that ``company`` honours; consolidation adds partners' cards."""
        return Domain("company_id", "=", company.id)

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
        if not self.filtered_domain(self._get_honoured_domain(company)):
            return self.env._("This card is not honoured at %s.", company.display_name)
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

    def _verify_ledger(self):
        """Recompute sums and seals; of all accounts that hold or moved anything where none are given.

        :return: list of problems, see ``loyalty.ledger.audit``
        """
        amounts, records = (
            ("version", "balance", "held", "debt"),
            ("move_ids", "lot_ids", "hold_ids"),
        )
        domain = Domain.OR(
            [Domain(name, "!=", 0) for name in amounts]
            + [Domain(name, "!=", False) for name in records]
        )
        accounts = self or self.with_context(active_test=False).search(domain)
        return self.env["loyalty.ledger.audit"]._verify(accounts)
