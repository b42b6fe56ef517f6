import secrets

from odoo import api, models
from odoo.exceptions import AccessDenied, AccessError, ValidationError
from odoo.fields import Command

from ..const import FACADE_MODEL

GROUP = "integrator_api.group_integrator"


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("group_ids")
    def _check_integrator_groups(self):
        group = self.env.ref(GROUP, raise_if_not_found=False)
        for user in self:
            if group and group in user.all_group_ids and user.all_group_ids != group:
                raise ValidationError(
                    self.env._("An integrator has no other rights: give a person another user.")
                )

    @api.model
    def _create_integrator(self, name, company):
        """Create the user of an integrator: no password, no e-mail, no right but to the facade."""
        return self.with_context(no_reset_password=True).create(
            {
                "name": name,
                "login": f"integrator-{secrets.token_hex(6)}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(self.env.ref(GROUP).ids)],
                "notification_type": "email",
            }
        )

    def _is_integrator(self):
        """Whether the user is a program that the gate holds to the facade."""
        return bool(self) and self.has_group(GROUP)

    def _check_remote_call(self, model, method):
        """Refuse integrators every call from outside but the facade's operations.

        :raise AccessError: a sentence for whoever writes the program
        """
        if not self._is_integrator():
            return
        operations = self.env[FACADE_MODEL]._get_operations()
        if model._name != FACADE_MODEL or method not in operations:
            raise AccessError(
                self.env._("An integrator may call the operations of %s only.", FACADE_MODEL)
            )

    def _check_credentials(self, credential, env):
        """Override: an integrator has a key for programs, and no way to a session."""
        if self._is_integrator() and (env or {}).get("interactive", True):
            raise AccessDenied
        return super()._check_credentials(credential, env)

    def _rpc_api_keys_only(self):
        """Override: a password is no key, should somebody give an integrator one."""
        return self._is_integrator() or super()._rpc_api_keys_only()
