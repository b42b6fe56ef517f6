from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import providers

SHOWN_SECRET = "••••••••"  # noqa: S105 -- what stands in for one


class AccountingSetting(models.Model):
    """One thing a provider asks for to connect."""

    _name = "accounting.setting"
    _description = "Setting of an accounting backend"
    _order = "backend_id, sequence, id"

    backend_id = fields.Many2one(
        "accounting.backend", required=True, ondelete="cascade", index=True, readonly=True
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True, help="As the provider's documentation says.")
    label = fields.Char(compute="_compute_described", string="Setting")
    help = fields.Char(compute="_compute_described", string="Where to find it")
    is_secret = fields.Boolean(compute="_compute_described")
    is_required = fields.Boolean(compute="_compute_described")
    plain = fields.Char(help="The value of what is no secret.")
    value = fields.Char(
        compute="_compute_value",
        inverse="_inverse_value",
        help="Secrets are kept encrypted and never shown again; typing replaces them.",
    )

    _name_unique = models.UniqueIndex("(backend_id, name)", "This setting is there already.")

    def _get_declared(self):
        """Return the provider's :class:`providers.base.Setting`."""
        self.ensure_one()
        declared = providers.get(self.backend_id.provider).settings
        return next((setting for setting in declared if setting.name == self.name), None)

    def write(self, vals):
        """Override: what it is follows from the provider; people fill in its value.

        :raise UserError: anything else is written
        """
        if not self.env.su and vals.keys() - {"value", "plain"}:
            raise UserError(self.env._("Only the value of a setting is filled in."))
        return super().write(vals)

    @api.depends("name", "backend_id.provider")
    def _compute_described(self):
        for setting in self:
            declared = setting._get_declared()
            setting.label = declared.label if declared else setting.name
            setting.help = declared.help if declared else ""
            setting.is_secret = bool(declared and declared.is_secret)
            setting.is_required = bool(declared and declared.required)

    @api.depends("plain")
    def _compute_value(self):
        # Superuser: whether a secret is there is told, never what it is.
        secrets = self.env["accounting.secret"].sudo()
        for setting in self:
            kept = setting.is_secret and secrets.search_count(
                [("backend_id", "=", setting.backend_id.id), ("name", "=", setting.name)]
            )
            setting.value = (SHOWN_SECRET if kept else "") if setting.is_secret else setting.plain

    def _inverse_value(self):
        self.check_access("write")
        for setting in self:
            value = (setting.value or "").strip()
            if not setting.is_secret:
                setting.plain = value
            elif value != SHOWN_SECRET:
                # Superuser: secrets are written by administrators, and read by nobody.
                self.env["accounting.secret"].sudo()._keep(setting.backend_id, setting.name, value)
            if setting._get_declared().connects:
                setting.backend_id._forget_connection()
