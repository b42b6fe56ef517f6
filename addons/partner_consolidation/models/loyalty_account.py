from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.loyalty_accounts.models.loyalty_account_lookup import Privileges

from ..presented import Presented
from ..rules import honouring


class LoyaltyAccount(models.Model):
    """Cards that partners honour: who accepts them, on which terms, for how much.

    No record rule opens a partner's cards: it would open every field. These methods read as
    superuser and hand out single values.
    """

    _inherit = "loyalty.account"

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the customer of an establishment with partners stays its own."""
        accounts = super().create(vals_list)
        accounts._keep_clients()
        return accounts

    def write(self, vals):
        """Override: the same."""
        result = super().write(vals)
        if vals.get("partner_id"):
            self._keep_clients()
        return result

    def _keep_clients(self):
        # Superuser: whether there are partners, whoever opens the card.
        agreements = self.env["consolidation.agreement"].sudo()
        accounts = self.filtered("partner_id")
        for company in accounts.company_id:
            domain = [("sender_id", "=", company.id), ("terms_id", "!=", False)]
            if agreements.search_count(domain, limit=1):
                company._keep_clients(accounts.partner_id)

    # === WHO HONOURS IT === #

    @api.model
    def _get_honoured_domain(self, company):
        """Override: cards of partners, too; :meth:`_is_honoured` says whether still."""
        issuers = self.env["consolidation.agreement"]._get_issuers(company)
        return super()._get_honoured_domain(company) | Domain("company_id", "in", issuers.ids)

    @api.model
    def _find_by_number(self, number, company):
        """Override: a card of a former partner is as unknown as any other."""
        account = super()._find_by_number(number, company)
        if not account._is_honoured(company):
            self._refuse_unknown(account.sudo().number, company)  # as it was typed, normalised
        return account

    def _is_honoured(self, company):
        """Override: a partner's card is while the agreement is in force.

        Afterwards, for as long as there is credit on it that was earned here.
        """
        account = self.sudo()  # of a card that was presented, only whether it is accepted
        if account.company_id == company:
            return True
        return bool(account._get_terms_at(company) or account._has_credit_of(company))

    def _may_be_on_document(self, company):
        """Override: a document that named it keeps it when the agreement has ended."""
        account = self.sudo()  # compared only
        agreements = self.env["consolidation.agreement"]
        return super()._may_be_on_document(company) or bool(
            agreements._get_past(account.company_id, company)
        )

    def _is_partners(self, company):
        """Whether the card was issued elsewhere than at ``company``."""
        return bool(self) and self.sudo().company_id != company  # compared only

    def _get_terms_at(self, company):
        """Terms by which ``company`` honours this partner's card today, or none."""
        agreements = self.env["consolidation.agreement"]
        return agreements._get_terms_in_force(self.sudo().company_id, company)  # as above

    def _has_credit_of(self, company):
        # Superuser: of a card that was presented, only whether there is any.
        lots = self.env["loyalty.account.lot"].sudo()
        domain = [
            ("account_id", "=", self.id),
            ("remaining", ">", 0),
            ("company_id", "=", company.id),
        ]
        return bool(lots.search_count(domain, limit=1))

    def _get_unusable_reason(self, company):
        """Override: a partner is told that a card is refused, not why."""
        account = self.sudo()  # see the class
        if account.company_id == company or not account._is_honoured(company):
            return super(LoyaltyAccount, account)._get_unusable_reason(company)
        if account.state == "usable" and not account.merged_into_id:
            return ""
        return self.env._(
            "%(card)s is not accepted at the moment. Its holder can ask %(issuer)s.",
            card=account.display_name,
            issuer=account.company_id.display_name,
        )

    # === PIN === #

    def _needs_pin(self, amount, company):
        """Override: of a partner's card that was presented, only whether."""
        account = self.sudo() if self._is_partners(company) else self  # see above
        return super(LoyaltyAccount, account)._needs_pin(amount, company)

    def _require_pin(self, amount, company, pin=None):
        """Override: the same."""
        account = self.sudo() if self._is_partners(company) else self  # see above
        return super(LoyaltyAccount, account)._require_pin(amount, company, pin)

    # === PRESENTING IT === #

    def _check_presented(self, company):
        """Refuse a partner's card that is named by its id: then all of them could be tried.

        :raise AccessError: it was not presented
        """
        presented = Presented.of(self.env)
        for account in self:
            if account._is_partners(company) and not self.env.su and account.id not in presented:
                raise AccessError(
                    self.env._("Scan or type the number of a partner's card to use it.")
                )

    @api.model
    def _with_presented(self, records, company, number):
        """Return ``records`` knowing that the card of this number, if any, was presented.

        :raise LoyaltyError: unknown card
        """
        if not number:
            return records
        return Presented.add(records, self._find_by_number(number, company))

    # === WHAT IT IS WORTH THERE === #

    def _get_privileges(self, company):
        """Override: a partner's card gets what the terms say, nothing where they have ended."""
        account = self.sudo()  # see the class
        own = super(LoyaltyAccount, account)._get_privileges(company)
        if account.company_id == company:
            return own
        terms = account._get_terms_at(company)
        return Privileges(*honouring.privileges(own, terms and terms._get_terms()))

    def _get_spendable(self, company, bill=None, holds=(), document=None):
        """Override: what agreements, other reservations and exposure limits leave of it."""
        account = self.sudo()._origin  # see the class; a card that is being typed has nothing yet
        ledger = self.env["loyalty.ledger"]
        sharing = account and ledger._gather_spendable(account, company, holds, document)
        if not sharing:
            own = self.sudo()  # as above
            return super(LoyaltyAccount, own)._get_spendable(company, bill, holds, document)
        return ledger._sum_spendable(sharing, bill)
