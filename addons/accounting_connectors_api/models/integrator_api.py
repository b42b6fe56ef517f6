from odoo import models

from odoo.addons.accounting_connectors.exceptions import NotFound as NotFoundThere
from odoo.addons.accounting_connectors.exceptions import ProviderError
from odoo.addons.integrator_api.exceptions import FacadeError, NotFound
from odoo.addons.integrator_api.models.integrator_api_changes import LIMIT, SINCE
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Text

EXPORT = (
    "invoice, program, state (pending, attempting, sent, failed), reason, external_id, "
    "external_number, sent_at"
)
PROGRAM = Text("program", "name of the connection, as the list of connectors shows it")


class NotLinked(FacadeError):
    """The customer cannot be linked with that number."""

    code = "not_linked"


class IntegratorApi(models.AbstractModel):
    """Accounting programs: who a customer is there, and what became of invoices."""

    _inherit = "integrator.api"

    @operation(
        "accounting",
        PROGRAM,
        Text("customer", "its reference or its VAT number, as on its contact"),
        Text("external_id", "of the customer at the accounting program", longest=64),
        answer="program, customer (name), external_id, external_name",
        errors={
            "not_found": "there is no such connection or customer, or more than one",
            "not_linked": "it is linked with another number, or the program refuses the number",
        },
    )
    def accounting_link(self, program, customer, external_id):
        """Link a customer with its number at an accounting program; again is no error."""
        backend = self._find_backend(program)
        partner = self._find_customer(customer)
        link = partner._get_accounting_link(backend)
        if link and link.external_id != external_id:
            raise NotLinked(
                self.env._(
                    "%(customer)s is linked with %(number)s already.",
                    customer=partner.display_name,
                    number=link.external_id,
                )
            )
        link = link or backend._link(partner, self._ask_program(backend, external_id))
        return {
            "program": backend.name,
            "customer": partner.name,
            "external_id": link.external_id,
            "external_name": link.external_name or "",
        }

    @operation(
        "accounting",
        Text("invoice", "number of a posted invoice or credit note"),
        answer=f"exports (a list of {EXPORT}), one for each accounting program",
        errors={"not_found": "there is no invoice of this number"},
    )
    def accounting_export_state(self, invoice):
        """Tell what became of an invoice at the accounting programs."""
        domain = [("name", "=", invoice), ("company_id", "=", self.env.company.id)]
        move = self.env["account.move"].search(
            [*domain, ("move_type", "in", ("out_invoice", "out_refund"))], limit=1
        )
        if not move:
            raise NotFound(self.env._("There is no invoice %s.", invoice))
        exports = self.env["accounting.export"].search([("move_id", "=", move.id)], order="id")
        return {"exports": [self._tell_export(export) for export in exports]}

    @operation(
        "accounting",
        SINCE,
        LIMIT,
        answer=f"rows (a list of {EXPORT}), next, more",
    )
    def accounting_exports(self, since, limit):
        """List the exports that changed, the longest ago first."""
        domain = [("company_id", "=", self.env.company.id)]
        return self._list_changes("accounting.export", domain, since, limit, self._tell_export)

    # === INTERNALS === #

    def _tell_export(self, export):
        return {
            "invoice": export.move_id.name or "",
            "program": export.backend_id.name,
            "state": export.state,
            "reason": export.reason or "",
            "external_id": export.external_id or "",
            "external_number": export.external_number or "",
            "sent_at": plain.moment(export.sent_at),
        }

    def _find_backend(self, program):
        domain = [("name", "=", program), ("company_id", "=", self.env.company.id)]
        found = self.env["accounting.backend"].search(domain, limit=2)
        if len(found) != 1:
            raise NotFound(self.env._("There is no single connection named %s.", program))
        return found

    def _find_customer(self, customer):
        """Return the one company or person of this reference or VAT number.

        :raise NotFound: none, or several: a guess would book on the wrong customer
        """
        domain = [
            ("company_id", "in", (False, self.env.company.id)),
            "|",
            ("ref", "=", customer),
            ("vat", "=", customer),
        ]
        found = self.env["res.partner"].search(domain, limit=50).commercial_partner_id
        if len(found) != 1:
            raise NotFound(self.env._("There is no single customer with %s.", customer))
        return found

    def _ask_program(self, backend, external_id):
        try:
            remote = backend._require_connection().fetch_customer(external_id)
        except NotFoundThere as error:
            raise NotLinked(
                self.env._("There is no customer %s at the accounting program.", external_id)
            ) from error
        except ProviderError as error:
            raise NotLinked(str(error)) from error
        if not backend._is_usable(remote):
            raise NotLinked(
                self.env._("%s is no active customer at the accounting program.", external_id)
            )
        return remote
