"""One click from a reason to where it is mended."""

from decimal import Decimal

from odoo import models


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    def action_fix(self):
        """Button: open what is missing, the customer's link or a tax's code; else try again.

        :raise AccessError: the user may not mend that
        """
        self.ensure_one()
        self.check_access("read")
        self.move_id.check_access("write")
        if not self._get_link():
            return self.move_id.commercial_partner_id.action_accounting_link()
        if missing := self._get_unmapped_taxes():
            return self._ask_for_code(missing[:1])
        self.action_retry()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Nothing is missing; it is tried again."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_unmapped_taxes(self):
        return self._get_lines().tax_ids - self.backend_id.tax_map_ids.tax_id

    def _ask_for_code(self, tax):
        """Return the dialogue that gives a tax its code."""
        maps = self.env["accounting.tax.map"]
        maps.check_access("create")
        provider = self.backend_id._connect()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Code at %s", self.backend_id.name),
            "res_model": maps._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_backend_id": self.backend_id.id,
                "default_tax_id": tax.id,
                "default_code": provider.propose_tax_code(Decimal(str(tax.amount))),
            },
        }
