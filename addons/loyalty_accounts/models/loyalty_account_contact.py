from odoo import api, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from ..exceptions import InvalidValue
from ..rules import contact


class LoyaltyAccountContact(models.AbstractModel):
    """Finding an account without its card: by name, phone or e-mail."""

    _name = "loyalty.account.contact"
    _description = "Loyalty account: finding by contact"

    @api.model
    def _find_by_contact(self, text, company, limit=10):
        """Return accounts that can be used at ``company`` and whose person ``text`` may mean.

        :param str text: at least 3 characters of the account's name or the customer's name or
            e-mail address, or digits of a phone number, however it is spelt
        :param company: ``res.company`` where the customer stands
        :param int limit: most accounts returned, the newest first
        :return: accounts, with the caller's rights
        :raise InvalidValue: too short
        """
        text = text.strip() if isinstance(text, str) else ""
        if len(text) < contact.MIN_LENGTH:
            raise InvalidValue(
                self.env._(
                    "Enter at least %s characters of the name, phone or e-mail.",
                    contact.MIN_LENGTH,
                )
            )
        # Its own cards only: a partner's clients are found by the cards that they present.
        usable = Domain("company_id", "=", company.id) & self._get_usable_domain(company)
        by_name = Domain.custom(
            to_sql=lambda model, alias, _query: self._contains_sql(
                SQL.identifier(alias, "name"), text
            )
        )
        # Superuser, as in _find_by_number: a till finds the cards that it honours, although its
        # cashier may not read the customers; who called sees of them what their rights allow.
        accounts = self.sudo()
        found = accounts.search(usable & by_name, limit=limit)
        if len(found) < limit:
            by_partner = Domain("partner_id", "any", self._get_contact_domain(text))
            found |= accounts.search(usable & by_partner, limit=limit)
        return found[:limit].sudo(False)  # back to the caller's rights

    @api.model
    def _get_usable_domain(self, company):
        """Domain of the accounts that are usable today at ``company``."""
        today = company._get_loyalty_today()
        return Domain(
            [
                ("active", "=", True),
                ("blocked", "=", False),
                "|",
                ("expiry_date", "=", False),
                ("expiry_date", ">=", today),
            ]
        )

    def _get_contact_domain(self, text):
        """Domain of the customers whose name, e-mail or phone ``text`` may mean."""
        digits = contact.phone_digits(text)

        def to_sql(model, alias, _query):
            prefix = SQL("%s.", SQL.identifier(alias))
            words = model._get_loyalty_words_sql(prefix)
            found = SQL("%s ILIKE %s", words, self._get_pattern_sql(text))
            if not digits:
                return found
            phones = model._get_loyalty_phones_sql(prefix)
            return SQL("(%s OR %s LIKE %s)", found, phones, f"%{digits}%")

        return Domain.custom(to_sql=to_sql)

    def _contains_sql(self, column, text):
        return SQL("%s ILIKE %s", self._unaccent_sql(column), self._get_pattern_sql(text))

    def _get_pattern_sql(self, text):
        return self._unaccent_sql(SQL("%s", f"%{contact.escape_like(text)}%"))

    def _unaccent_sql(self, expression):
        """Leave accents out where an index can do without them, too; else no index would serve."""
        registry = self.env.registry
        if registry.has_unaccent == FunctionStatus.INDEXABLE:
            return registry.unaccent(expression)
        return expression
