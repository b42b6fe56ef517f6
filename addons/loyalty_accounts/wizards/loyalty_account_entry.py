from odoo import api, fields, models

from ..const import MAX_NOTE_LENGTH
from ..exceptions import InvalidValue
from ..rules import amounts


class LoyaltyAccountEntry(models.AbstractModel):
    """What the dialogues that enter credit have in common."""

    _name = "loyalty.account.entry"
    _description = "Entry of credit"

    account_id = fields.Many2one("loyalty.account", required=True, readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    available = fields.Monetary(related="account_id.available", string="Credit now")
    amount = fields.Monetary(required=True)
    note = fields.Char(required=True, size=MAX_NOTE_LENGTH)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: refuse amounts that are none, and accounts the user may not see."""
        for vals in vals_list:
            self._check_amount(vals)
        entries = super().create(vals_list)
        entries._check_accounts()
        return entries

    def write(self, vals):
        """Override: the same for what is changed."""
        self._check_amount(vals)
        result = super().write(vals)
        self._check_accounts()
        return result

    def _check_accounts(self):
        """Refuse accounts of others: their amounts are related fields, read as superuser."""
        for name in self._get_account_fields():
            self[name].check_access("read")

    def _get_account_fields(self):
        """Names of the fields whose accounts the dialogue shows."""
        return ["account_id"]

    def _check_amount(self, vals):
        """Refuse what the ORM would stumble over, such as NaN; zero is refused on confirmation."""
        ledger = self.env["loyalty.ledger"]
        ledger._apply_rule(InvalidValue, amounts.read_number, vals.get("amount") or 0)

    def _get_request_key(self):
        """A dialogue is one request, however often its button is pressed."""
        self.ensure_one()
        return f"ui/{self._name}/{self.id}"
