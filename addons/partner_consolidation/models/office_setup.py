from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: being found by other establishments, and the first agreement."""
        return [
            *super()._get_steps(),
            self._get_consolidation_open_step(),
            self._get_consolidation_agreement_step(),
        ]

    @api.model
    def _get_consolidation_open_step(self):
        company = self.env.company
        if not company.consolidation_open:
            finding = self.env._("Nobody can ask you: you are not open to agreements.")
        elif company.consolidation_user_id:
            finding = self.env._("Open; %s gets the tasks.", company.consolidation_user_id.name)
        else:
            finding = self.env._("Open; the tasks go to everybody who may make agreements.")
        return Step(
            key="partner_consolidation.open",
            title=self.env._("Be found by other establishments"),
            why=self.env._(
                "Others ask you for an agreement by your e-mail address, never before you allow it."
            ),
            finding=finding,
            done=company.consolidation_open,
            action="loyalty_accounts.res_config_settings_action",
        )

    @api.model
    def _get_consolidation_agreement_step(self):
        company = self.env.company
        ours = ["|", ("sender_id", "=", company.id), ("accepter_id", "=", company.id)]
        active = self._how_many("consolidation.agreement", [*ours, ("state", "=", "active")])
        waiting = self._how_many(
            "consolidation.agreement", [("accepter_id", "=", company.id), ("state", "=", "new")]
        )
        return Step(
            key="partner_consolidation.agreement",
            title=self.env._("First agreement"),
            why=self.env._("From then on your clients' cards count there, on the terms agreed."),
            finding=self.env._(
                "%(active)s in force, %(waiting)s waiting for your answer.",
                active=active,
                waiting=waiting,
            ),
            done=bool(active),
            action="partner_consolidation.consolidation_agreement_action",
        )
