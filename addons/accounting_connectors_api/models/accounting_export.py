from odoo import models


class AccountingExport(models.Model):
    """An invoice that arrived is an event for integrators."""

    _inherit = "accounting.export"

    def write(self, vals):
        """Override: tell who listens, in the transaction that notes it."""
        arrived = self.browse()
        if vals.get("state") == "sent":
            arrived = self.filtered(lambda export: export.state != "sent")
        result = super().write(vals)
        for export in arrived:
            self.env["integrator.webhook"]._emit(
                "invoice.exported", export.company_id, export._describe_for_integrators
            )
        return result

    def _describe_for_integrators(self):
        """Return the export as plain values; as superuser, because jobs of anybody run it."""
        export = self.sudo()  # see above
        return self.env["integrator.api"]._tell_export(export)
