import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..const import LAST_USE_SECONDS, MAX_KEY_DAYS
from ..exceptions import NotPermitted

_logger = logging.getLogger(__name__)


class IntegratorClient(models.Model):
    """A program that works with one company through the facade: its user, its key, its families."""

    _name = "integrator.client"
    _description = "Integrator"
    _inherit = ["mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True, help="Which program, run by whom.")
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Its own user: neither an employee nor a portal user, without a password.",
    )
    login = fields.Char(related="user_id.login", help="User name for XML-RPC.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="All that it sees and does belongs to this company.",
    )
    family_ids = fields.Many2many(
        "integrator.family", string="May use", help="Operations that it may call."
    )
    webhook_ids = fields.One2many(
        "integrator.webhook",
        "client_id",
        string="Webhooks",
        context={"active_test": False},
        help="Where it is told of events; those that are switched off, too.",
    )
    valid_until = fields.Datetime(
        string="Key valid until", readonly=True, tracking=True, help="Then calls are refused."
    )
    last_used_at = fields.Datetime(string="Last use", readonly=True, help="To the minute.")
    state = fields.Selection(
        [("active", "Active"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
        help="Whether calls with its key are answered.",
    )

    _user_unique = models.UniqueIndex("(user_id)", "This user is another integrator's.")

    @api.depends("valid_until")
    def _compute_state(self):
        now = fields.Datetime.now()
        for client in self:
            client.state = (
                "revoked"
                if not client.valid_until
                else "active"
                if client.valid_until > now
                else "expired"
            )

    @api.constrains("family_ids")
    def _check_webhooks(self):
        self.webhook_ids._check_topics()

    # === KEYS === #

    @api.model
    def _issue(self, name, company, families, days):
        """Create an integrator.

        :param int days: how long its key is valid
        :return: ``(integrator, key)``; the key is kept as a hash only, so this is the one time it
            can be shown
        :raise AccessError: the user is no administrator
        :raise ValidationError: name or days
        """
        self._check_administrator()
        if not (name or "").strip():
            raise ValidationError(self.env._("Give the integrator a name."))
        # Superuser: users are made by their own administrators; this one has no rights at all.
        user = self.env["res.users"].sudo()._create_integrator(name.strip(), company)
        # Superuser: nobody has the right to create one by hand; checked above.
        client = self.sudo().create(
            {
                "name": name.strip(),
                "user_id": user.id,
                "company_id": company.id,
                "family_ids": families.ids,
            }
        )
        # Back to the caller's rights.
        return client.sudo(False), client._make_key(days)

    def _renew(self, days):
        """Give the integrator a new key; the old one ends now.

        :return: the key, see :meth:`_issue`
        :raise AccessError: the user is no administrator
        """
        self._check_administrator()
        return self.sudo()._make_key(days)  # checked above

    def _make_key(self, days):
        self.ensure_one()
        if not 1 <= days <= MAX_KEY_DAYS:
            raise ValidationError(self.env._("A key is valid for 1 to %s days.", MAX_KEY_DAYS))
        self._drop_keys()
        self.user_id.active = True
        self.valid_until = fields.Datetime.now() + timedelta(days=days)
        # Superuser: an integrator may not make keys itself.
        keys = self.env["res.users.apikeys"].with_user(self.user_id).sudo()
        # Scope "rpc": with none, the key would open every plug-in that takes keys, too.
        return keys._generate("rpc", self.name, self.valid_until)

    def _drop_keys(self):
        # Superuser: keys are their user's, who cannot log in to remove them.
        self.env["res.users.apikeys"].sudo().search([("user_id", "in", self.user_id.ids)]).unlink()

    def action_revoke(self):
        """End the keys at once.

        :return: True
        :raise AccessError: the user is no administrator
        """
        self._check_administrator()
        clients = self.sudo()  # checked above
        clients._drop_keys()
        clients.user_id.active = False
        clients.valid_until = False
        return True

    def action_renew(self):
        """Open the dialogue that gives a new key.

        :raise AccessError: the user is no administrator
        """
        self.ensure_one()
        self._check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New key"),
            "res_model": "integrator.key",
            "view_mode": "form",
            "target": "new",
            "context": {"default_client_id": self.id},
        }

    def _check_administrator(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators give and take keys of integrators."))

    # === CALLS === #

    @api.model
    def _find_caller(self, family):
        """Return the integrator that calls, as superuser.

        :param str family: of the operation; nothing: any
        :raise NotPermitted: the user is no integrator, the key has ended, or is for other families
        """
        # Superuser: an integrator may not even read itself.
        client = self.sudo().search([("user_id", "=", self.env.uid)], limit=1)
        # Odoo remembers that a key was right, and does not look again whether it has ended.
        if client.state != "active":
            raise NotPermitted(self.env._("This needs the valid key of an integrator."))
        if family and family not in client.family_ids.mapped("code"):
            raise NotPermitted(
                self.env._("This key is not for operations of the family %s.", family)
            )
        return client

    def _note_use(self):
        """Keep when the key was used, at most once a minute.

        By a cursor of its own, so that calls at the same moment do not wait for each other.
        """
        now = fields.Datetime.now()
        before = now - timedelta(seconds=LAST_USE_SECONDS)
        if self.last_used_at and self.last_used_at > before:
            return
        try:
            # A cursor of its own, see above.
            with self.env.registry.cursor() as cr:
                statement = SQL(
                    """UPDATE integrator_client SET last_used_at = %s WHERE id IN (
                        SELECT id FROM integrator_client WHERE id = %s
                           FOR NO KEY UPDATE SKIP LOCKED)""",
                    now,
                    self.id,
                )
                # A constant statement on the caller's row; skipped while another call notes it.
                cr.execute(statement)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.debug("another call noted the use")
