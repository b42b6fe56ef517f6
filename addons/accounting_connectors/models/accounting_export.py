import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import EXPORT_STATES


class AccountingExport(models.Model):
    """An invoice on its way to a provider, and what became of it.

    ``pending`` → ``attempting`` (committed before the request leaves) → ``sent``, or ``failed``
    with a reason. An attempt without an answer stays ``attempting`` until the provider was asked
    for its key.
    """

    _name = "accounting.export"
    _description = "Export to an accounting provider"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "accounting.backend", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Customer")
    state = fields.Selection(EXPORT_STATES, default="pending", required=True, readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        help="By which the document is found again at the provider, whatever happened.",
    )
    notes = fields.Json(readonly=True, copy=False, help="Steps that are done already.")
    attempts = fields.Integer(readonly=True, copy=False)
    attempted_at = fields.Datetime(readonly=True, copy=False, string="Last attempt")
    sent_at = fields.Datetime(readonly=True, copy=False, string="Sent on")
    reason = fields.Char(readonly=True, copy=False, help="Why it is not sent, and what to do.")
    external_id = fields.Char(readonly=True, copy=False, index=True)
    external_number = fields.Char(
        readonly=True, copy=False, string="Number there", help="Of the invoice at the provider."
    )
    external_url = fields.Char(
        compute="_compute_external_url",
        string="Page there",
        help="The invoice's page at the provider, where the backend says what its address is.",
    )
    external_total = fields.Float(readonly=True, copy=False, digits=False, string="Total there")
    is_uncertain = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider may have it: it is asked before a new attempt.",
    )
    is_released = fields.Boolean(
        readonly=True,
        copy=False,
        help="The invoice may be changed here, although it is at the provider.",
    )
    fingerprint = fields.Char(readonly=True, copy=False)

    _move_unique = models.UniqueIndex("(backend_id, move_id)", "This invoice is exported already.")
    _external_unique = models.UniqueIndex(
        "(backend_id, external_id) WHERE external_id IS NOT NULL",
        "Another invoice is linked with this document already.",
    )
    _key_unique = models.UniqueIndex("(key)", "This key is used already.")

    @api.depends("external_id", "backend_id.invoice_page")
    def _compute_external_url(self):
        for export in self:
            backend = export.backend_id
            export.external_url = backend._fill_page(backend.invoice_page, export.external_id)

    def action_retry(self):
        """Try failed exports again, after what was wrong is mended."""
        self.check_access("read")
        self.move_id.check_access("write")
        failed = self.filtered(lambda export: export.state == "failed")
        if not failed:
            raise UserError(self.env._("Choose exports that failed."))
        # Superuser: states follow from what happened and are written by nobody else.
        failed.sudo()._restart()
        return True

    def _restart(self):
        """Queue failed exports again; what may be at the provider is looked up first."""
        for uncertain, exports in self.grouped("is_uncertain").items():
            state = "attempting" if uncertain else "pending"
            exports.write({"state": state, "reason": False, "attempts": 0})
        self._enqueue()

    def action_release(self):
        """Let the invoice be changed here, although it is at the provider."""
        self.check_access("read")
        if not self.env.user.has_group("accounting_connectors.group_manager"):
            raise AccessError(self.env._("Releasing is up to those who connect providers."))
        # Superuser: exports are written by nobody by hand.
        for export in self.sudo():
            export.is_released = True
            export.message_post(
                body=self.env._("Released by %s: may be changed here.", self.env.user.name)
            )
        return True

    def _end_release(self):
        """Say that what was released and is posted again stays as it was at the provider."""
        for export in self.filtered("is_released"):
            reason = self.env._(
                "Posted again after it was released; what is there stays as it was. Correct it there, "
                "too."
            )
            export.write({"is_released": False, "reason": reason})
            export.message_post(body=reason)

    def _lock(self):
        """Keep jobs from beginning with what these are about to be changed from, until the end."""
        if not self:
            return
        self.flush_recordset()
        # SQL: an UPDATE, as a job that read the row before has to notice, which a lock does not tell.
        self.env.cr.execute(
            "UPDATE accounting_export SET id = id WHERE id IN %s", [tuple(sorted(self.ids))]
        )
        self.invalidate_recordset()

    def _describe_state(self):
        """Return what became of it, in a sentence."""
        self.ensure_one()
        if self.state == "sent":
            return self.env._("Sent; its number there is %s.", self.external_number)
        return self.env._("It is in the queue already.")

    def _enqueue(self, seconds=0):
        """Let the queue send each one in a job of its own."""
        for export in self:
            export.with_delay(
                eta=seconds or None,
                identity_key=export._get_job_key(),
                description=f"{export.backend_id.name}: {export.move_id.name}",
            )._run()

    def _get_job_key(self):
        """Return the key under which the queue holds one job of it."""
        return f"accounting_export_{self.id}"
