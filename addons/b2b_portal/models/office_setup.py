from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: the portal is open, somebody is responsible, prices are given, one is invited."""
        return [
            *super()._get_steps(),
            self._get_b2b_open_step(),
            self._get_b2b_manager_step(),
            self._get_b2b_prices_step(),
            self._get_b2b_customers_step(),
            self._get_b2b_delivery_step(),
        ]

    @api.model
    def _get_b2b_open_step(self):
        is_open = self.env.company.b2b_enabled
        return Step(
            key="b2b_portal.open",
            title=self.env._("Open the B2B portal"),
            why=self.env._("Until then the pages answer nobody."),
            finding=self.env._("Open.") if is_open else self.env._("Closed."),
            done=is_open,
            action="b2b_portal.res_config_settings_action",
        )

    @api.model
    def _get_b2b_manager_step(self):
        manager = self.env.company.b2b_manager_id
        return Step(
            key="b2b_portal.manager",
            title=self.env._("Account manager"),
            why=self.env._("Customers see whom to ask; orders and requests become their tasks."),
            finding=manager.name or self.env._("Nobody yet."),
            done=bool(manager),
            action="b2b_portal.res_config_settings_action",
        )

    @api.model
    def _get_b2b_prices_step(self):
        pricelists = self._how_many(
            "product.pricelist", [("company_id", "in", [False, self.env.company.id])]
        )
        return Step(
            key="b2b_portal.prices",
            title=self.env._("Prices for customers"),
            why=self.env._(
                "A customer sees what their pricelist names. Without a pricelist they see"
                " everything for sale, at sales prices."
            ),
            finding=self.env._("%s pricelist(s).", pricelists)
            if pricelists
            else self.env._("No pricelist yet."),
            done=bool(pricelists),
            action="product.product_pricelist_action2",
        )

    @api.model
    def _get_b2b_customers_step(self):
        people = self._how_many("b2b.member", self._of_company(("state", "=", "active")))
        invited = self._how_many("b2b.member", self._of_company(("state", "=", "invited")))
        return Step(
            key="b2b_portal.customers",
            title=self.env._("First customer"),
            why=self.env._("Open a customer, page “B2B Portal”, and invite its people."),
            finding=self.env._(
                "%(people)s portal user(s), %(invited)s invited.", people=people, invited=invited
            ),
            done=bool(people or invited),
            action="b2b_portal.res_partner_action",
        )

    @api.model
    def _get_b2b_delivery_step(self):
        carriers = self.env.company.b2b_carrier_ids
        return Step(
            key="b2b_portal.delivery",
            title=self.env._("Delivery methods"),
            why=self.env._("What customers choose from in the cart, with its cost."),
            finding=", ".join(carriers.mapped("name"))
            or self.env._("None: customers are not asked."),
            done=bool(carriers),
            action="b2b_portal.res_config_settings_action",
            optional=True,
        )
