from odoo import api, models

from odoo.addons.loyalty_accounts.exceptions import MovementRefused


class LoyaltyApi(models.AbstractModel):
    """What programs may do with partners' cards: as much as a cashier, and no more."""

    _inherit = "loyalty.api"

    @api.model
    @api.readonly
    def terms(self, number, bill=None):
        """Return on which terms a card is served at the user's current company.

        :param str number: as scanned or typed
        :param bill: value of a bill in the card's currency; how much of it credit may pay now
        :return: dict with ``number``, ``name``, ``issuer``, ``own`` (issued here), ``usable``,
            ``reason`` (text or False), ``discount`` (percent 0–100), ``credit_rate``,
            ``currency``, ``spendable``, and for partners' cards ``shared_deposit`` and
            ``payment_percentage`` (else None)
        :raise AccountNotFound: no such card is honoured here
        """
        account, company = self._get_account(number), self.env.company
        card = account.sudo()  # of a card that was presented, single values
        terms = card._get_terms_at(company) if account._is_partners(company) else None
        privileges = account._get_privileges(company)
        reason = account._get_unusable_reason(company)
        value = None if bill is None else self._parse_bill(bill, 0)
        return {
            "number": card.number,
            "name": card.name,
            "issuer": card.company_id.name,
            "own": not account._is_partners(company),
            "usable": not reason,
            "reason": reason or False,
            "discount": float(privileges.discount),
            "credit_rate": float(privileges.credit_rate),
            "currency": card.currency_id.name,
            "spendable": 0.0 if reason else float(account._get_spendable(company, value)),
            "shared_deposit": terms.shared_deposit if terms else None,
            "payment_percentage": terms.payment_percentage if terms else None,
        }

    def _describe_account(self, account):
        """Override: of a partner's card number, name, terms and what it may pay here."""
        company = self.env.company
        if not account._is_partners(company):
            return super()._describe_account(account)
        card = account.sudo()  # of a card that was presented, single values
        privileges = account._get_privileges(company)
        usable = not account._get_unusable_reason(company)
        return {
            "number": card.number,
            "name": card.name,
            "state": "usable" if usable else "blocked",
            "discount": float(privileges.discount),
            "credit_rate": float(privileges.credit_rate),
            "expiry_date": False,
            "currency": card.currency_id.name,
            "balance": False,
            "held": False,
            "available": float(account._get_spendable(company)) if usable else 0.0,
            "debt": False,
        }

    def _describe_move(self, move):
        """Override: of a movement on a partner's card, what was done, not what is on the card.

        Of a reservation, ``available`` is what the card may pay here now; :meth:`find` tells it
        after everything else.
        """
        values = super()._describe_move(move)
        account, company = move.sudo().account_id, move.sudo().company_id  # whose card, and where
        if move and account._is_partners(company):
            values.update(dict.fromkeys(("balance", "held", "debt", "available"), False))
            if move.sudo().kind == "hold":  # as above
                values["available"] = float(account._get_spendable(company))
        return values

    def _find_record(self, model, record_id):
        """Override: what happened at the user's own establishment, on a partner's card, too.

        :raise MovementRefused: it happened elsewhere, on a card of the own establishment
        """
        found, company = super()._find_record(model, record_id), self.env.company
        if found and found.company_id != company:
            raise MovementRefused(
                self.env._(
                    "This took place at %s: it is changed there.",
                    found.sudo().company_id.display_name,  # the card's issuer may know where
                )
            )
        if found:
            return found
        # Superuser: only what happened at the company, and what to do with it, is told.
        return (
            self.env[model]
            .sudo()
            .search([("id", "=", record_id), ("company_id", "=", self.env.company.id)], limit=1)
        )

    def _get_account(self, number):
        """Override: the ledger works on a partner's card as superuser, for whoever presents it."""
        account = super()._get_account(number)
        if account._is_partners(self.env.company):
            return account.sudo()  # presented here; what is told of it is chosen above
        return account
