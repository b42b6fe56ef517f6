import itertools

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import Ambiguous, NotFound, ProviderError
from ..rules.numbers import compact, normalise

#: Customers that a search shows.
MAX_FOUND = 20


class AccountingLink(models.TransientModel):
    """Finds out who a customer is at the provider, and shows both before they are linked."""

    _name = "accounting.link"
    _description = "Link a customer with one at an accounting provider"
    _inherit = ["accounting.mend"]

    partner_id = fields.Many2one("res.partner", required=True, readonly=True, string="Customer")
    backend_id = fields.Many2one(
        "accounting.backend",
        compute="_compute_backend_id",
        store=True,
        readonly=False,
        domain="[('company_id', 'in', allowed_company_ids), ('state', '=', 'connected')]",
        help="Where the customer is looked for.",
    )
    link_id = fields.Many2one("accounting.partner.link", compute="_compute_link_id")
    typed = fields.Char(
        string="Customer ID or address",
        help="The ID, or the whole address of the customer's page at the provider.",
    )
    # Not as superuser, as stored values else are: they would tell of customers whom the user does not see.
    search_name = fields.Char(
        compute="_compute_search", compute_sudo=False, store=True, readonly=False, string="Name"
    )
    search_number = fields.Char(
        compute="_compute_search",
        compute_sudo=False,
        store=True,
        readonly=False,
        string="Organisation number",
    )
    candidate_ids = fields.One2many("accounting.link.candidate", "wizard_id")
    has_searched = fields.Boolean()
    external_id = fields.Char(readonly=True, string="Customer ID")
    shown_id = fields.Char(readonly=True, string="Customer number")
    external_name = fields.Char(readonly=True)
    external_url = fields.Char(readonly=True, string="Open at the provider")
    line_ids = fields.One2many("accounting.link.line", "wizard_id")
    shared_with = fields.Char(
        compute="_compute_shared_with", help="Others whose invoices name the same customer there."
    )
    has_differences = fields.Boolean(compute="_compute_has_differences")
    may_create = fields.Boolean(related="backend_id.pushes_customers")

    @api.depends("partner_id")
    def _compute_backend_id(self):
        for wizard in self:
            company = wizard.partner_id.company_id or self.env.company
            wizard.backend_id = self.env["accounting.backend"].search(
                [("company_id", "=", company.id), ("state", "=", "connected")], limit=1
            )

    @api.depends("partner_id", "backend_id")
    def _compute_link_id(self):
        for wizard in self:
            link = wizard.partner_id._get_accounting_link(wizard.backend_id)
            # Not as superuser: links are written and removed by whoever may.
            wizard.link_id = link.sudo(False)

    @api.depends("partner_id")
    def _compute_search(self):
        for wizard in self:
            wizard.search_name = wizard.partner_id.name
            wizard.search_number = wizard.partner_id._get_organisation_number()

    @api.depends("external_id", "backend_id")
    def _compute_shared_with(self):
        for wizard in self:
            links = self.env["accounting.partner.link"].search(
                [
                    ("backend_id", "=", wizard.backend_id.id),
                    ("external_id", "=", wizard.external_id or False),
                ]
            )
            others = links.partner_id - wizard.partner_id
            wizard.shared_with = ", ".join(others.mapped("display_name"))

    @api.depends("line_ids.differs")
    def _compute_has_differences(self):
        for wizard in self:
            wizard.has_differences = any(wizard.line_ids.mapped("differs"))

    def write(self, vals):
        """Override: what was found belongs to the backend where it was found."""
        if "backend_id" in vals:
            found = {"external_id": False, "candidate_ids": [fields.Command.clear()]}
            vals = {**found, "has_searched": False, **vals}
        return super().write(vals)

    def action_fetch(self):
        """Look at the customer whose ID or address was typed, and compare both.

        :raise UserError: it does not exist, is no customer, or is closed; says what to do
        """
        self.ensure_one()
        provider = self._get_provider()
        external_id = self._parse(provider)
        remote = self._ask(provider.fetch_customer, external_id)
        self._check_usable(remote)
        self.line_ids.unlink()
        self.write(
            {
                "external_id": remote.external_id,
                "shown_id": remote.shown_id,
                "external_name": remote.name,
                "external_url": self.backend_id._fill_page(
                    self.backend_id.customer_page, remote.external_id
                ),
                "line_ids": self._compare(remote),
            }
        )
        return self._reopen()

    def action_search(self):
        """Search at the provider by name or organisation number."""
        self.ensure_one()
        name, number = (self.search_name or "").strip(), (self.search_number or "").strip()
        if not (name or number):
            raise UserError(self.env._("Type a name or an organisation number to search for."))
        found = self._ask(self._find_customers, self._get_provider(), name, number)
        wanted = normalise(number)
        self.candidate_ids.unlink()
        self.write(
            {
                "has_searched": True,
                "external_id": False,
                "candidate_ids": [
                    fields.Command.create(
                        {
                            "external_id": remote.external_id,
                            "name": remote.name,
                            "organisation_number": remote.organisation_number,
                            "city": remote.city,
                            "is_same": bool(wanted)
                            and normalise(remote.organisation_number) == wanted,
                        }
                    )
                    for remote in found
                ],
            }
        )
        return self._reopen()

    def action_link(self):
        """Link the customer that was looked at, in place of one that was linked before."""
        self.ensure_one()
        if not self.external_id:
            raise UserError(self.env._("Look at the customer there first."))
        values = {
            "external_id": self.external_id,
            "shown_id": self.shown_id,
            "external_name": self.external_name,
        }
        if self.link_id:
            self.link_id.write(values)
        else:
            self.env["accounting.partner.link"].create(
                {"backend_id": self.backend_id.id, "partner_id": self.partner_id.id, **values}
            )
        return self._go_on()

    def action_create(self):
        """Create the customer at the provider, and link it; update the one that is linked."""
        self.ensure_one()
        link = self.partner_id._push_to_accounting(self.backend_id)
        self.write({"external_id": link.external_id, "external_name": link.external_name})
        return self._go_on()

    def action_unlink(self):
        """Forget the link; nothing changes at the provider."""
        self.ensure_one()
        self.link_id.unlink()
        return {"type": "ir.actions.act_window_close"}

    def action_back(self):
        """Look for another one."""
        self.ensure_one()
        self.external_id = False
        return self._reopen()

    def _get_provider(self):
        if self.backend_id.state != "connected":
            raise UserError(self.env._("Connect %s first.", self.backend_id.name))
        self.env["accounting.partner.link"].check_access("create")
        return self.backend_id._connect()

    def _parse(self, provider):
        try:
            return provider.parse_customer_address(self.typed)
        except ValueError as error:
            sentences = {
                "empty": self.env._("Type the customer's ID, or paste the address of its page."),
                "context": self.env._(
                    "This address holds a contextID only, which is your company there. Open the "
                    "customer's card and copy the address with “customerID=”."
                ),
            }
            other = self.env._("This is neither a customer's ID nor the address of its page.")
            raise UserError(sentences.get(str(error), other)) from None

    def _ask(self, call, *arguments):
        """Call the provider; what goes wrong is told in a sentence."""
        try:
            return call(*arguments)
        except NotFound:
            raise UserError(
                self.env._(
                    "There is no customer “%(typed)s” at %(backend)s. Is it the ID in the address "
                    "of its page, and of the right company?",
                    typed=self.typed,
                    backend=self.backend_id.name,
                )
            ) from None
        except Ambiguous as error:
            raise UserError(
                self.env._("%s It may have been done: search before you try again.", error)
            ) from None
        except ProviderError as error:
            raise UserError(str(error)) from None

    @api.model
    def _find_customers(self, provider, name, number):
        """Return what is found, those with the same number first."""
        wanted = normalise(number)
        found = {}
        queries = [{"organisation_number": number}] if number else []
        queries += [{"name": name}] if name else []
        for query in queries:
            for remote in itertools.islice(provider.search_customers(**query), MAX_FOUND):
                found.setdefault(remote.external_id, remote)
        order = sorted(found.values(), key=lambda one: normalise(one.organisation_number) != wanted)
        return order[:MAX_FOUND]

    def _check_usable(self, remote):
        if remote.kind == "supplier":
            raise UserError(
                self.env._(
                    "%(name)s (%(id)s) is a supplier there, not a customer. Invoices need a customer.",
                    name=remote.name,
                    id=remote.external_id,
                )
            )
        if not remote.active:
            raise UserError(
                self.env._(
                    "%(name)s (%(id)s) is closed there. Open it at the provider, or choose another.",
                    name=remote.name,
                    id=remote.external_id,
                )
            )

    def _compare(self, remote):
        """Return commands for one line each of what is known on both sides."""
        partner = self.partner_id
        rows = [
            (self.env._("Name"), partner.name, remote.name, str.casefold),
            (
                self.env._("Organisation number"),
                partner._get_organisation_number(),
                remote.organisation_number,
                normalise,
            ),
            (self.env._("E-mail"), partner.email, remote.email, str.casefold),
            (self.env._("Street"), partner.street, remote.street, str.casefold),
            (self.env._("ZIP"), partner.zip, remote.zip, compact),
            (self.env._("City"), partner.city, remote.city, str.casefold),
        ]
        return [
            fields.Command.create(
                {
                    "label": label,
                    "ours": ours or "",
                    "theirs": theirs or "",
                    "differs": same((ours or "").strip()) != same((theirs or "").strip()),
                }
            )
            for label, ours, theirs, same in rows
        ]

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link Customer"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
