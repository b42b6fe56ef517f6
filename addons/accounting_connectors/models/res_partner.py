from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import Ambiguous, ProviderError
from ..rules.numbers import normalise


class ResPartner(models.Model):
    _inherit = "res.partner"

    accounting_link_ids = fields.One2many(
        "accounting.partner.link", "partner_id", groups="account.group_account_invoice"
    )

    organisation_key = fields.Char(
        compute="_compute_organisation_key",
        store=True,
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="The organisation number without what it is written with, by which companies are the same.",
    )

    @api.depends("company_registry", "vat")
    def _compute_organisation_key(self):
        for partner in self:
            partner.organisation_key = normalise(partner._get_organisation_number()) or False

    def _get_organisation_number(self):
        """Return the number the authorities know the company by, as typed; ``""`` without one."""
        self.ensure_one()
        return self.company_registry or self.vat or ""

    def _get_accounting_link(self, backend):
        """Return who the customer is at a backend, empty when that is not known.

        Read from the customers, who are read together, not from the backend, which has thousands.
        """
        # Superuser: whoever asks decides what is told of it.
        links = self.commercial_partner_id.sudo().accounting_link_ids
        return links.filtered(lambda link: link.backend_id == backend)

    def action_accounting_link(self):
        """Open the dialogue that links the customer with one at an accounting provider."""
        self.ensure_one()
        return self._open_accounting_link()

    def _open_accounting_link(self, **values):
        """Return the dialogue.

        :param values: of ``accounting.link``: the backend, and with what it goes on
        :raise UserError: no backend is connected
        """
        # Not as superuser: links are written by whoever may.
        self = self.sudo(False)
        self.env["accounting.partner.link"].check_access("create")
        if not self.env["accounting.backend"].search_count([("state", "=", "connected")], limit=1):
            raise UserError(
                self.env._(
                    "No accounting provider is connected. Somebody who may “Connect accounting "
                    "providers” does that under Connectors > Backends."
                )
            )
        wizard = self.env["accounting.link"].create(
            {"partner_id": self.commercial_partner_id.id, **values}
        )
        return wizard._reopen()

    def _push_to_accounting(self, backend):
        """Create the customer at a provider and link it, or update the one that is linked.

        :return: the ``accounting.partner.link``
        :raise UserError: the backend does not permit it, or the provider refuses
        """
        self.ensure_one()
        links = self.env["accounting.partner.link"]
        links.check_access("create")
        if not backend.pushes_customers:
            raise UserError(self.env._("%s does not let Odoo write customers.", backend.name))
        # SQL: locked by an UPDATE, so that of two people who press at once the second one is run again,
        # finds the link of the first, and creates no second customer there.
        self.env.cr.execute("UPDATE res_partner SET id = id WHERE id = %s", [self.id])
        # Not as superuser: links are written by whoever may.
        link = self._get_accounting_link(backend).sudo(False)
        try:
            remote = backend._require_connection().push_customer(
                self._prepare_accounting_customer(), link.external_id or ""
            )
        except Ambiguous as error:
            raise UserError(
                self.env._("%s It may have been done: search before you try again.", error)
            ) from None
        except ProviderError as error:
            raise UserError(str(error)) from None
        values = {"external_name": remote.name, "shown_id": remote.shown_id}
        if link:
            link.write(values)
            return link
        return links.create(
            {
                "backend_id": backend.id,
                "partner_id": self.id,
                "external_id": remote.external_id,
                **values,
            }
        )

    def _prepare_accounting_customer(self):
        """Return what providers are told of a customer; see ``Provider.push_customer``."""
        return {
            "name": self.name,
            "organisation_number": self.company_registry or "",
            "vat": self.vat or "",
            "email": self.email or "",
            "street": self.street or "",
            "zip": self.zip or "",
            "city": self.city or "",
            "country_code": self.country_id.code or "",
            "currency": "",
            "is_company": self.is_company,
            "reference": f"odoo/{self.id}",
        }
