from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import EXPORT_STATES

#: What is exported.
EXPORTED = ("out_invoice", "out_refund")


class AccountMove(models.Model):
    _inherit = "account.move"

    accounting_export_ids = fields.One2many(
        "accounting.export", "move_id", readonly=True, groups="account.group_account_invoice"
    )
    accounting_state = fields.Selection(
        EXPORT_STATES,
        string="Export",
        compute="_compute_accounting_state",
        search="_search_accounting_state",
        groups="account.group_account_invoice",
        help="What became of the invoice's export to the accounting provider.",
    )
    accounting_number = fields.Char(
        string="Number at the provider",
        compute="_compute_accounting_state",
        groups="account.group_account_invoice",
    )

    accounting_reason = fields.Char(
        string="Export remark",
        compute="_compute_accounting_state",
        groups="account.group_account_invoice",
        help="What keeps the invoice from the provider, or what is not as it was sent.",
    )
    accounting_delivery = fields.Selection(
        related="accounting_export_ids.delivery",
        string="Sent by the provider",
        groups="account.group_account_invoice",
    )
    accounting_balance = fields.Monetary(
        string="Left to pay there",
        compute="_compute_accounting_state",
        groups="account.group_account_invoice",
        help="As the provider said last; it is never worked out here.",
    )
    accounting_synced_at = fields.Datetime(
        string="Looked at",
        compute="_compute_accounting_state",
        groups="account.group_account_invoice",
        help="When the provider told what is left to pay.",
    )

    @api.depends(
        "accounting_export_ids.state",
        "accounting_export_ids.reason",
        "accounting_export_ids.external_number",
        "accounting_export_ids.external_balance",
        "accounting_export_ids.synced_at",
    )
    def _compute_accounting_state(self):
        for move in self:
            export = move.accounting_export_ids[:1]
            move.accounting_balance = export.external_balance
            move.accounting_synced_at = export.synced_at
            move.accounting_state = export.state
            move.accounting_reason = export.reason
            move.accounting_number = export.external_number

    @api.model
    def _search_accounting_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        domain = fields.Domain("accounting_export_ids.state", "in", states)
        if len(states) != len(value):
            domain |= fields.Domain("accounting_export_ids", "=", False)
        return domain

    def _post(self, soft=True):
        """Override: invoices are exported when they are posted, where the backend says so."""
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type in EXPORTED)
        # Superuser: whoever posts an invoice need not know the connectors.
        backends = (
            self.env["accounting.backend"]
            .sudo()
            .search([("company_id", "in", invoices.company_id.ids), ("export_on", "=", "posting")])
        )
        # Superuser: as above.
        invoices.sudo().accounting_export_ids._end_release()
        by_company = invoices.grouped("company_id")
        for backend in backends:
            by_company[backend.company_id]._export_to(backend)
        return posted

    def write(self, vals):
        """Override: what is at the provider is not changed silently here, on whichever way.

        :raise UserError: an invoice was exported, or is under way
        """
        if vals.get("state") in ("draft", "cancel"):
            self.filtered(lambda move: move.state == "posted")._check_not_exported()
        return super().write(vals)

    def _get_invoice_computed_reference(self):
        """Override: a reference with the check digit that the company's backend asks for."""
        # Superuser: whoever posts an invoice need not know the connectors.
        backends = self.env["accounting.backend"].sudo()
        backend = backends.search([("company_id", "=", self.company_id.id)], limit=1)
        own = backend and backend._make_reference(self)
        return own or super()._get_invoice_computed_reference()

    def _get_provider_number(self):
        """Return the provider's number for the printed invoice, ``""`` where Odoo's is the legal one."""
        self.ensure_one()
        # Superuser: customers print their invoices, too.
        for export in self.sudo().accounting_export_ids:
            if export.backend_id.number_of == "provider" and export.state == "sent":
                return export.external_number or ""
        return ""

    def _check_not_exported(self):
        # Superuser: whoever may change the invoice need not see exports.
        exports = self.sudo().accounting_export_ids
        exports._lock()
        for export in exports.filtered(lambda one: one.state != "pending" and not one.is_released):
            if export.state == "failed" and not export.is_uncertain:
                continue
            raise UserError(
                self.env._(
                    "%(invoice)s is at %(backend)s%(number)s. Make a credit note; or let whoever "
                    "connects providers release it under Connectors > Exports, and correct it there, "
                    "too.",
                    invoice=export.move_id.name,
                    backend=export.backend_id.name,
                    number=f" ({export.external_number})" if export.external_number else "",
                )
            )

    def action_accounting_export(self):
        """Show what will be sent to the accounting provider, before it is."""
        self._check_may_export()
        moves = self.filtered(lambda move: move.state == "posted" and move.move_type in EXPORTED)
        if not moves:
            raise UserError(
                self.env._("Only posted customer invoices and credit notes are exported.")
            )
        if len(moves.company_id) > 1:
            raise UserError(self.env._("Export the invoices of one company at a time."))
        wizard = self.env["accounting.preview"].create(
            {"move_ids": [fields.Command.set(moves.ids)]}
        )
        if not wizard.backend_id:
            raise UserError(
                self.env._(
                    "%s has no accounting provider. Somebody who may “Connect accounting "
                    "providers” adds one under Connectors > Backends.",
                    moves.company_id.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
        }

    def action_show_accounting_exports(self):
        """Button: what became of the invoice at each provider."""
        self.ensure_one()
        self.env["accounting.export"].check_access("read")
        exports = self.accounting_export_ids
        found = self.env["ir.actions.act_window"]._for_xml_id(
            "accounting_connectors.accounting_export_action"
        )
        shown = {**found, "domain": [("move_id", "=", self.id)], "context": {}}
        if len(exports) == 1:
            return {**shown, "res_id": exports.id, "view_mode": "form", "views": [(False, "form")]}
        return shown

    def _check_may_export(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Exporting invoices is up to those who invoice."))
        self.check_access("write")

    def _export_to(self, backend):
        """Queue invoices for a backend; those that were queued before are left alone.

        One that failed is tried again.

        :return: the new ``accounting.export`` records
        """
        # Superuser: exports are made here only.
        exports = self.env["accounting.export"].sudo()
        known = exports.search([("backend_id", "=", backend.id), ("move_id", "in", self.ids)])
        known.filtered(lambda export: export.state == "failed")._restart()
        created = exports.create(
            [{"backend_id": backend.id, "move_id": move.id} for move in self - known.move_id]
        )
        created._enqueue()
        return created
