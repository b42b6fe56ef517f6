from odoo import models


class ConsignmentIntake(models.Model):
    """An intake that waits for review is an event for integrators."""

    _inherit = "consignment.intake"

    def action_submit(self):
        """Override: tell who listens."""
        result = super().action_submit()
        # Superuser: programs are told the same whoever submits.
        for intake in self.sudo():
            self.env["integrator.webhook"]._emit(
                "intake.submitted", intake.company_id, intake._describe_for_integrators
            )
        return result

    def _describe_for_integrators(self):
        return self.env["integrator.api"]._tell_intake(self)
