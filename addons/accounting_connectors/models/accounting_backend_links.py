"""Customers that are linked by themselves: by the number the authorities know them by."""

from odoo import models

from ..rules.numbers import normalise


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    def _link_by_number(self, partner):
        """Link a customer with the only one there that has its organisation number.

        :return: the link, empty when there is none, or more than one
        :raise ProviderError: the provider cannot be asked
        """
        self.ensure_one()
        links = self.env["accounting.partner.link"]
        number = normalise(partner._get_organisation_number())
        if not number:
            return links
        found = {}
        for query in {partner._get_organisation_number(), number}:
            for remote in self._connect().search_customers(organisation_number=query):
                # the provider searches loosely: only the same number is the same company
                if normalise(remote.organisation_number) == number and self._is_usable(remote):
                    found[remote.external_id] = remote
        if len(found) != 1:
            return links
        return self._link(partner, *found.values())

    def _link(self, partner, remote):
        # Superuser: whoever opens a portal need not have a right on links.
        return (
            self.env["accounting.partner.link"]
            .sudo()
            .create(
                {
                    "backend_id": self.id,
                    "partner_id": partner.id,
                    "external_id": remote.external_id,
                    "shown_id": remote.shown_id,
                    "external_name": remote.name,
                }
            )
        )

    def _is_usable(self, remote):
        return remote.active and remote.kind != "supplier"
