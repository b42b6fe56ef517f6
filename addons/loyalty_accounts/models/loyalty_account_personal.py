from odoo import models

#: What is told of an account, of each movement, reservation and lot; names of users are others'.
ACCOUNT = (
    *("number", "name", "company_id", "currency_id", "discount", "credit_rate", "expiry_date"),
    *("state", "block_reason", "note", "balance", "held", "debt", "has_pin", "create_date"),
)
MOVE = (
    *("date", "kind", "company_id", "amount", "held_amount", "debt_amount", "balance_after"),
    *("document_name", "partner_name", "note"),
)
LOT = ("date", "origin", "company_id", "amount", "remaining", "expiry_date")
HOLD = ("document_name", "company_id", "amount", "captured", "state", "expires_at")
REMINDER = ("date", "amount", "first_day")
PARTNER = (
    *("name", "email", "phone", "mobile", "fax", "street", "street2", "zip", "city", "state_id"),
    *("country_id", "vat", "company_registry", "tax_number"),
)


class LoyaltyAccount(models.Model):
    """Everything that is kept of a person, for that person."""

    _inherit = "loyalty.account"

    def _get_personal_data(self):
        """Return what is kept of the accounts' holders, as plain values.

        :return: dict with ``customers`` and ``accounts``; each account with its numbers,
            movements, lots, reservations, reminders and history
        """
        # Superuser: the ledger of an account may lie at several companies; the caller has checked
        # the right to the account itself.
        accounts = self.sudo().with_context(active_test=False)
        return {
            "customers": [self._tell(partner, PARTNER) for partner in accounts.partner_id],
            "accounts": [account._get_account_data() for account in accounts],
        }

    def _get_account_data(self):
        messages = self.message_ids.filtered(lambda message: not message.is_internal)
        return {
            **self._tell(self, ACCOUNT),
            "earlier_numbers": [
                self._tell(number, ("number", "replaced_on", "reason"))
                for number in self.number_ids
            ],
            "movements": [self._tell(move, MOVE) for move in self.move_ids.sorted("seq")],
            "lots": [self._tell(lot, LOT) for lot in self.lot_ids.sorted("id")],
            "reservations": [self._tell(hold, HOLD) for hold in self.hold_ids.sorted("id")],
            "reminders": [self._tell(one, REMINDER) for one in self.reminder_ids.sorted("id")],
            "history": [
                {"date": self._plain(message.date), "text": message.preview or ""}
                for message in messages.sorted("id")
            ],
        }

    def _tell(self, record, names):
        """Return fields of a record as plain values: references by name, choices by label."""
        told = {}
        for name in names:
            field, value = record._fields[name], record[name]
            if field.type == "many2one":
                value = value.sudo().display_name  # names only
            elif field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value)
            told[name] = self._plain(value)
        return told

    def _plain(self, value):
        """Dates as ISO text; what is empty as None."""
        if hasattr(value, "isoformat"):
            return value.isoformat()
        return (
            value if isinstance(value, bool | int | float) and value is not False else value or None
        )
