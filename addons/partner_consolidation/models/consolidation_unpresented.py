from odoo import api, models

from odoo.addons.loyalty_accounts.exceptions import LoyaltyError

from ..presented import Presented


class ConsolidationUnpresented(models.AbstractModel):
    """Forms with a card: what a form shows before it is saved is told of presented cards only.

    Otherwise a form could be asked about one id after the other, without ever being saved.
    """

    _name = "consolidation.unpresented"
    _description = "Forms that name a card"

    _card_field = "loyalty_account_id"
    _presented_field = "loyalty_presented"

    def onchange(self, values, field_names, fields_spec):
        """Override: forget a partner's card that is neither on the record nor presented."""
        name = self._card_field
        default = f"default_{name}"
        records, values = self, dict(values)
        allowed = Presented.of(self.env) | set(self.sudo()[name].ids)  # compared only
        if self._hides_card(values.get(name), values, allowed):
            values[name] = False
        if self._hides_card(self.env.context.get(default), values, allowed):
            records = self.with_context(**{default: False})
        return super(ConsolidationUnpresented, records).onchange(values, field_names, fields_spec)

    @api.model
    def _hides_card(self, account_id, values, allowed):
        """Whether the user may not know this card, because it is elsewhere and not here."""
        if isinstance(account_id, dict):
            account_id = account_id.get("id")
        if not account_id or self.env.su or account_id in allowed:
            return False
        # Superuser: only whose it is.
        card = (
            self.env["loyalty.account"]
            .sudo()
            .search(
                [("id", "=", account_id)] if isinstance(account_id, int) else [(0, "=", 1)], limit=1
            )
        )
        own = self.env.user._get_company_ids()
        if card and card.company_id.id in own:
            return False
        number = values.get(self._presented_field)
        company = self.env["res.company"].browse(values.get("company_id")) & self.env.companies
        try:
            found = number and card._find_by_number(number, company or self.env.company)
        except LoyaltyError:
            return True
        return not found or found.id != account_id
