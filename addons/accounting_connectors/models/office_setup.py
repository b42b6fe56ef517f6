from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: a program is connected, taxes have its codes, customers its numbers."""
        # sudo: an administrator need not be an accountant; names and numbers are shown.
        backends = self.env["accounting.backend"].sudo().search(self._of_company(), limit=20)
        return [
            *super()._get_steps(),
            self._get_connectors_backend_step(backends),
            self._get_connectors_taxes_step(backends),
            self._get_connectors_links_step(backends),
        ]

    @api.model
    def _get_no_backend_words(self):
        return self.env._("No accounting program has been added yet.")

    @api.model
    def _get_connectors_backend_step(self, backends):
        connected = backends.filtered(lambda backend: backend.state == "connected")
        if connected:
            finding = self.env._("Connected: %s.", ", ".join(connected.mapped("name")))
        elif backends:
            finding = self.env._("Not connected: %s.", ", ".join(backends.mapped("name")))
        else:
            finding = self._get_no_backend_words()
        return Step(
            key="accounting_connectors.backend",
            title=self.env._("Connect the accounting program"),
            why=self.env._("Fill in what the provider gave you, and press “Connect”."),
            finding=finding,
            done=bool(connected),
            action="accounting_connectors.accounting_backend_action",
        )

    @api.model
    def _get_connectors_taxes_step(self, backends):
        without = backends.filtered(lambda backend: not backend.tax_map_ids)
        if without:
            finding = self.env._("No tax has a code yet: %s.", ", ".join(without.mapped("name")))
        else:
            finding = self.env._("Taxes have codes.")
        return Step(
            key="accounting_connectors.taxes",
            title=self.env._("Codes of taxes"),
            why=self.env._("An invoice goes out when each of its taxes has the provider's code."),
            finding=finding if backends else self._get_no_backend_words(),
            done=bool(backends) and not without,
            action="accounting_connectors.accounting_backend_action",
        )

    @api.model
    def _get_connectors_links_step(self, backends):
        links = self._how_many("accounting.partner.link", [("backend_id", "in", backends.ids)])
        return Step(
            key="accounting_connectors.links",
            title=self.env._("Linked customers"),
            why=self.env._(
                "Each customer has a number there; “Link Customers by Number” finds most."
            ),
            finding=self.env._("%s customer(s) are linked.", links)
            if links
            else self.env._("No customer is linked yet."),
            done=bool(links),
            action="accounting_connectors.accounting_partner_link_action",
        )
