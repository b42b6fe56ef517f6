"""One click from a reason to where it is mended, and on from there."""

from odoo import models


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    def action_fix(self):
        """Button: ask for what is missing, the customer's link or a tax's code; else try again.

        The dialogues come back here, until nothing is missing any more.

        :raise AccessError: the user may not mend that
        """
        self.ensure_one()
        self.check_access("read")
        self.move_id.check_access("write")
        if dialogue := self._ask_for_missing(export_id=self.id):
            return dialogue
        self.action_retry()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Nothing is missing; it is tried again."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _ask_for_missing(self, **origin):
        """Return the dialogue for the first thing that is missing, None when nothing is.

        :param origin: ``export_id`` or ``preview_id``, with which the dialogue goes on
        :raise AccessError: the user may not mend that
        """
        if not self._get_link():
            partner = self.move_id.commercial_partner_id
            return partner._open_accounting_link(backend_id=self.backend_id.id, **origin)
        if missing := self._get_unmapped_taxes():
            # Not as superuser: codes are given by whoever may.
            codes = self.env["accounting.tax.code"].sudo(False)
            return codes._open(self.backend_id, missing[:1], **origin)
        return None

    def _get_unmapped_taxes(self):
        return self._get_lines().tax_ids - self.backend_id.tax_map_ids.tax_id
