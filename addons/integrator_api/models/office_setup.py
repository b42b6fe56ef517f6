from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: programs that have a key of their own."""
        programs = self._how_many("integrator.client", self._of_company())
        return [
            *super()._get_steps(),
            Step(
                key="integrator_api.programs",
                title=self.env._("Other programs"),
                why=self.env._(
                    "A web shop or cash register gets a key of its own, which opens nothing else."
                ),
                finding=self.env._("%s program(s) have a key.", programs)
                if programs
                else self.env._("No program has a key."),
                done=bool(programs),
                action="integrator_api.integrator_client_action",
                optional=True,
            ),
        ]
