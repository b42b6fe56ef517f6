"""Customers that are linked by themselves: by the number the authorities know them by."""

import itertools

from odoo import models
from odoo.exceptions import UserError

from ..rules.numbers import normalise

#: Customers that are written into the database at once.
PAGE = 500


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    def _link_by_number(self, partner):
        """Link a customer with the only one there that has its organisation number.

        :return: the link, empty when there is none, more than one, or one that is somebody else:
            whoever types another company's number does not buy on its account
        :raise ProviderError: the provider cannot be asked
        """
        self.ensure_one()
        links = self.env["accounting.partner.link"]
        number = normalise(partner._get_organisation_number())
        if not number:
            return links
        provider, found = self._require_connection(), {}
        for query in {partner._get_organisation_number(), number}:
            for remote in provider.search_customers(organisation_number=query):
                # the provider searches loosely: only the same number is the same company
                if normalise(remote.organisation_number) == number and self._is_usable(remote):
                    found[remote.external_id] = remote
        if len(found) != 1 or self._get_links_with(*found):
            return links
        return self._link(partner, *found.values())

    def _get_links_with(self, external_id):
        # Superuser: also customers of whom the user may not know stand in the way.
        links = self.env["accounting.partner.link"].sudo()
        return links.search([("backend_id", "=", self.id), ("external_id", "=", external_id)])

    def action_link_all(self):
        """Button: link all customers whose number exactly one customer there has, in the background."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "connected":
            raise UserError(self.env._("Connect %s first.", self.name))
        self.with_delay(
            identity_key=f"accounting_link_all_{self.id}",
            description=self.env._("%s: link customers by number", self.name),
        )._link_all()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Under way; a note here tells what was linked."),
            },
        }

    def _link_all(self):
        """Link by organisation number (job): pages through the provider's customers once.

        What is found waits in the database, so that memory stays the same however many there are.

        :return: how many were linked
        """
        self.ensure_one()
        # SQL: a table of this transaction only, which the ORM does not have.
        self.env.cr.execute(
            "CREATE TEMP TABLE accounting_found (external_id text, shown_id text, name text,"
            " key text) ON COMMIT DROP"
        )
        customers = filter(self._is_usable, self._require_connection().search_customers())
        while page := list(itertools.islice(customers, PAGE)):
            # SQL: see above.
            self.env.cr.execute(
                "INSERT INTO accounting_found SELECT * FROM unnest(%s, %s, %s, %s)",
                [
                    [remote.external_id for remote in page],
                    [remote.shown_id for remote in page],
                    [remote.name for remote in page],
                    [normalise(remote.organisation_number) for remote in page],
                ],
            )
        count = self._insert_found()
        self.message_post(
            body=self.env._(
                "%s customers were linked by their organisation number. The others have no number, "
                "nobody there has it, or several have: link those by hand.",
                count,
            )
        )
        return count

    def _insert_found(self):
        self.env.flush_all()
        # SQL: one statement compares and links, however many there are.
        self.env.cr.execute(
            """
            INSERT INTO accounting_partner_link (
                   backend_id, company_id, partner_id, external_id, shown_id, external_name,
                   create_uid, create_date, write_uid, write_date)
            SELECT %(backend)s, %(company)s, partner.id, found.external_id,
                   nullif(found.shown_id, ''), found.name, %(uid)s, now(), %(uid)s, now()
              FROM (SELECT key, min(external_id) AS external_id, min(shown_id) AS shown_id,
                           min(name) AS name
                      FROM accounting_found WHERE key <> ''
                  GROUP BY key HAVING count(*) = 1) found
              JOIN res_partner partner ON partner.organisation_key = found.key
             WHERE partner.active AND partner.commercial_partner_id = partner.id
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
                ON CONFLICT (backend_id, partner_id) DO NOTHING
            """,
            {"backend": self.id, "company": self.company_id.id, "uid": self.env.uid},
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count

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
