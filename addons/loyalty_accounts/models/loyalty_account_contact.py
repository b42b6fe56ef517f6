from odoo import api, models
from odoo.fields import Domain
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
        usable = self._get_honoured_domain(company) & self._get_usable_domain(company)
        # Superuser, as in _find_by_number: a till finds the cards that it honours, although its
        # cashier may not read the customers; who called sees of them what their rights allow.
        accounts = self.sudo()
        by_name = Domain("name", "ilike", contact.escape_like(text))
        found = accounts.search(usable & by_name, limit=limit)
        if len(found) < limit:
            by_partner = Domain("partner_id", "any", self._get_contact_domain(text))
            found |= accounts.search(usable & by_partner, limit=limit)
        return found[:limit].sudo(False)

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
        unaccent = self.env.registry.unaccent
        pattern = f"%{contact.escape_like(text)}%"
        digits = contact.phone_digits(text)

        def to_sql(model, alias, _query):
            words = SQL(
                "%s ILIKE %s",
                unaccent(model._get_loyalty_words_sql(SQL("%s.", SQL.identifier(alias)))),
                unaccent(SQL("%s", pattern)),
            )
            if not digits:
                return words
            phones = model._get_loyalty_phones_sql(SQL("%s.", SQL.identifier(alias)))
            return SQL("(%s OR %s LIKE %s)", words, phones, f"%{digits}%")

        return Domain.custom(to_sql=to_sql)
