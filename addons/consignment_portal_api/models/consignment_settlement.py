from odoo import models


class ConsignmentSettlement(models.Model):
    """A settlement that is decided is an event for integrators."""

    _inherit = "consignment.settlement"

    def _confirm(self):
        """Override: tell who listens."""
        result = super()._confirm()
        # Superuser: programs are told the same whoever confirms.
        for settlement in self.sudo():
            self.env["integrator.webhook"]._emit(
                "settlement.confirmed",
                settlement.company_id,
                settlement._describe_for_integrators,
            )
        return result

    def _describe_for_integrators(self):
        return self.env["integrator.api"]._tell_settlement(self)
