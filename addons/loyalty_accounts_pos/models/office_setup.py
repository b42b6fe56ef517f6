from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: the tills that take cards."""
        tills = self._how_many("pos.config", self._of_company())
        taking = self._how_many("pos.config", self._of_company(("loyalty_cards", "=", True)))
        return [
            *super()._get_steps(),
            Step(
                key="loyalty_accounts_pos.tills",
                title=self.env._("Cards at the till"),
                why=self.env._("Cashiers scan cards, give the discount and take credit."),
                finding=self.env._(
                    "%(taking)s of %(tills)s till(s) take cards.", taking=taking, tills=tills
                )
                if tills
                else self.env._("There is no till yet."),
                done=bool(taking),
                action="point_of_sale.action_pos_config_kanban",
            ),
        ]
