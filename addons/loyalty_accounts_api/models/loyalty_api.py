from odoo import models

from odoo.addons.integrator_api.const import FACADE_TOKEN


class LoyaltyApi(models.AbstractModel):
    """What integrators may do with cards: the same verbs, with the company as the only right."""

    _inherit = "loyalty.api"

    def _is_facade(self):
        return self.env.context.get("integrator_facade") is FACADE_TOKEN

    def _check_group(self, group):
        """Override: an integrator has no group; the facade has checked its families."""
        return None if self._is_facade() else super()._check_group(group)

    def _get_account(self, number):
        """Override: unknown numbers count as guesses of the integrator, who finds as superuser."""
        if not self._is_facade():
            return super()._get_account(number)
        # No superuser while it is looked for: then guesses would not be counted.
        account = super(LoyaltyApi, self.sudo(False))._get_account(number)
        # Superuser: it was presented by its number; what is told of it is chosen by the verbs.
        return account.sudo()

    def _find_record(self, model, record_id):
        """Override: what took place at the integrator's company."""
        if not self._is_facade():
            return super()._find_record(model, record_id)
        domain = [("id", "=", record_id), ("company_id", "=", self.env.company.id)]
        return self.env[model].search(domain, limit=1)

    def _describe_move(self, move):
        """Override: integrators get amounts as text, with the decimals of this currency."""
        if self._is_facade():
            # Superuser: as the ledger gives it the first time; an answer again comes without.
            move = move.sudo()
        values = super()._describe_move(move)
        if move and self._is_facade():
            values["digits"] = move.currency_id.decimal_places
        return values
