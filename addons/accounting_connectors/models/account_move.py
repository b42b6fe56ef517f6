from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    accounting_export_ids = fields.One2many("accounting.export", "move_id", readonly=True)

    def _post(self, soft=True):
        """Override: invoices are exported when they are posted, where the backend says so."""
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
        # Superuser: whoever posts an invoice need not know the connectors.
        backends = (
            self.env["accounting.backend"]
            .sudo()
            .search([("company_id", "in", invoices.company_id.ids), ("export_on", "=", "posting")])
        )
        by_company = invoices.grouped("company_id")
        for backend in backends:
            by_company[backend.company_id]._export_to(backend)
        return posted

    def _export_to(self, backend):
        """Queue invoices for a backend; those that were queued before are left alone.

        :return: the new ``accounting.export`` records
        """
        # Superuser: exports are made here only.
        exports = self.env["accounting.export"].sudo()
        done = exports.search([("backend_id", "=", backend.id), ("move_id", "in", self.ids)])
        created = exports.create(
            [{"backend_id": backend.id, "move_id": move.id} for move in self - done.move_id]
        )
        created._enqueue()
        return created
