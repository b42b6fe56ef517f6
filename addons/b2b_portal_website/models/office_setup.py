from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: whether businesses may apply on the website."""
        is_open = self.env.company.b2b_registration
        return [
            *super()._get_steps(),
            Step(
                key="b2b_portal_website.registration",
                title=self.env._("Applications on the website"),
                why=self.env._("Businesses that are not customers yet ask for access there."),
                finding=self.env._("The page is there.")
                if is_open
                else self.env._("The page is switched off."),
                done=is_open,
                action="b2b_portal.res_config_settings_action",
                optional=True,
            ),
        ]
