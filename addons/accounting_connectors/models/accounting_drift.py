from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import DRIFT_KINDS


class AccountingDrift(models.Model):
    """A difference between an exported invoice here and the document at the provider.

    Found by looking, never by guessing: a provider that cannot be reached makes none. One that is
    not there at the next look is solved by itself.
    """

    _name = "accounting.drift"
    _description = "Difference from an accounting provider"
    _order = "state, found_on desc, id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    export_id = fields.Many2one(
        "accounting.export", required=True, readonly=True, ondelete="cascade", index=True
    )
    backend_id = fields.Many2one(related="export_id.backend_id", store=True, index=True)
    company_id = fields.Many2one(related="export_id.company_id", store=True)
    move_id = fields.Many2one(related="export_id.move_id", store=True, string="Invoice")
    partner_id = fields.Many2one(related="export_id.partner_id")
    kind = fields.Selection(DRIFT_KINDS, required=True, readonly=True)
    difference = fields.Char(required=True, readonly=True, help="What is not the same.")
    found = fields.Char(readonly=True, help="What was there, by which the same is known again.")
    found_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("open", "Open"), ("solved", "Solved"), ("ignored", "Ignored")],
        default="open",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="Why it is ignored.")
    closed_on = fields.Datetime(readonly=True)

    _open_unique = models.UniqueIndex(
        "(export_id, kind) WHERE state = 'open'", "This difference is known already."
    )

    @api.model
    def _report(self, export, found):
        """Keep the differences of an export as they are now; those that are gone are solved.

        :param found: {kind: (what is there as text, sentence)}
        """
        # Superuser: differences are found by looking, and written by nobody.
        drifts = self.sudo()
        known = drifts.search([("export_id", "=", export.id), ("state", "!=", "solved")])
        for one in known.filtered(lambda drift: drift.kind not in found):
            one._close("solved")
        for kind, (there, sentence) in found.items():
            same_kind = known.filtered(lambda one, kind=kind: one.kind == kind)
            if opened := same_kind.filtered(lambda one: one.state == "open"):
                opened.write({"found": there, "difference": sentence})
            elif there not in same_kind.mapped("found"):
                drifts.create(
                    {
                        "export_id": export.id,
                        "kind": kind,
                        "found": there,
                        "difference": sentence,
                    }
                )
        export.backend_id._ask_to_repair()

    def _close(self, state, reason=False):
        self.write({"state": state, "reason": reason, "closed_on": fields.Datetime.now()})
        self.backend_id._ask_to_repair()

    def _check_may_repair(self, *kinds):
        """Return the open ones as superuser.

        :param kinds: that the repair is for
        :raise AccessError: the user may not write the invoices
        :raise UserError: the repair is for others
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Repairing differences is up to those who invoice."))
        self.check_access("read")
        self.move_id.check_access("write")
        if not self or any(one.state != "open" or one.kind not in kinds for one in self):
            raise UserError(self.env._("Choose open differences that this repairs."))
        # Superuser: differences and exports are written by nobody by hand.
        return self.sudo()

    def action_send_again(self):
        """Button: send what is not there any more once more, as a new document."""
        for drift in self._check_may_repair("missing", "deleted"):
            drift.export_id._send_anew()
            drift._close("solved")
        return True

    def action_accept(self):
        """Button: what is there is right; compare with that from now on."""
        for drift in self._check_may_repair("changed"):
            drift.export_id._accept_theirs()
            drift._close("solved")
        return True

    def action_ignore(self):
        """Button: ask why, and leave it as it is."""
        self._check_may_repair(*dict(DRIFT_KINDS))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore"),
            "res_model": "accounting.drift.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_drift_ids": self.ids},
        }
