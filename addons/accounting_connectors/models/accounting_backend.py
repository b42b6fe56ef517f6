from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import providers
from ..providers.gate import is_safe_address


class AccountingBackend(models.Model):
    """A company's books at a provider."""

    _name = "accounting.backend"
    _description = "Accounting backend"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="What you call it, such as “Fortnox, Stockholm”.")
    sequence = fields.Integer(default=10, help="The first one is proposed.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose invoices are exported.",
    )
    provider = fields.Selection(
        selection=lambda self: providers.names(), required=True, help="Who keeps the books."
    )
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("reconnect", "Reconnect needed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    remote_company = fields.Char(
        readonly=True, copy=False, string="Connected with", help="The company at the provider."
    )
    last_error = fields.Char(readonly=True, copy=False, help="What went wrong last.")
    base_url = fields.Char(
        compute="_compute_base_url",
        store=True,
        readonly=False,
        string="Address",
        help="Where the provider is called: its own address, its test host, or a stand-in.",
    )
    auth_url = fields.Char(
        compute="_compute_auth_url",
        store=True,
        readonly=False,
        string="Login address",
        help="Where the provider lets people agree and gives out tokens.",
    )
    setting_ids = fields.One2many(
        "accounting.setting", "backend_id", groups="accounting_connectors.group_manager"
    )
    tax_map_ids = fields.One2many("accounting.tax.map", "backend_id")
    account_map_ids = fields.One2many("accounting.account.map", "backend_id")
    link_ids = fields.One2many("accounting.partner.link", "backend_id")
    export_ids = fields.One2many("accounting.export", "backend_id", string="Exports")
    export_on = fields.Selection(
        [("posting", "When an invoice is posted"), ("hand", "By hand")],
        default="hand",
        required=True,
        string="Export",
        help="By hand: with the button on invoices.",
    )
    pushes_customers = fields.Boolean(
        string="Write customers",
        help="Customers may be created and updated at the provider from Odoo.",
    )

    # One method for each: whoever gives one address still gets the other.
    @api.depends("provider")
    def _compute_base_url(self):
        for backend in self:
            backend.base_url = backend.provider and providers.get(backend.provider).base_url

    @api.depends("provider")
    def _compute_auth_url(self):
        for backend in self:
            backend.auth_url = backend.provider and providers.get(backend.provider).auth_url

    @api.constrains("base_url", "auth_url")
    def _check_addresses(self):
        for backend in self:
            for address in filter(None, (backend.base_url, backend.auth_url)):
                if not is_safe_address(address):
                    raise ValidationError(
                        self.env._(
                            "%s cannot be used: addresses begin with https:// and hold no password.",
                            address,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what the provider asks for is there to be filled in."""
        backends = super().create(vals_list)
        backends._create_settings()
        return backends

    def copy_data(self, default=None):
        """Override: two of one name cannot be told apart."""
        copies = super().copy_data(default)
        for backend, values in zip(self, copies, strict=True):
            if "name" not in (default or {}):
                values["name"] = self.env._("%s (copy)", backend.name)
        return copies

    def write(self, vals):
        """Override: another provider or address means another connection."""
        names = {"provider", "base_url", "auth_url"} & vals.keys()
        moved = self.filtered(lambda one: any(one[name] != vals[name] for name in names))
        changed = moved.filtered(lambda one: one.provider != vals.get("provider", one.provider))
        result = super().write(vals)
        # Superuser: as for their creation.
        changed.setting_ids.sudo().unlink()
        changed._create_settings()
        moved._forget_connection()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_exported(self):
        # Superuser: what there is counts, whoever may see it.
        for backend in self.sudo():
            if backend.export_ids:
                raise UserError(
                    self.env._(
                        "%s tells which invoices were exported, and where to. Archive it instead.",
                        backend.name,
                    )
                )

    def _create_settings(self):
        # Superuser: which settings there are follows from the provider, nobody adds one.
        self.env["accounting.setting"].sudo().create(
            [
                {
                    "backend_id": backend.id,
                    "sequence": sequence,
                    "name": setting.name,
                    "plain": setting.default,
                }
                for backend in self
                for sequence, setting in enumerate(providers.get(backend.provider).settings)
            ]
        )
