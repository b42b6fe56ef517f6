from odoo import fields, models

from ..const import MAX_KEY_DAYS


class IntegratorKey(models.TransientModel):
    """Gives an integrator a key: a new integrator its first, another one the next."""

    _name = "integrator.key"
    _description = "Key for an integrator"

    client_id = fields.Many2one(
        "integrator.client", string="Integrator", help="Whose key is replaced; empty: a new one."
    )
    name = fields.Char(help="Which program, run by whom.")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="All that it sees and does belongs to this company.",
    )
    family_ids = fields.Many2many(
        "integrator.family", string="May use", help="Operations that it may call."
    )
    days = fields.Integer(
        string="Valid for, days",
        required=True,
        default=365,
        help=f"From now on, 1 to {MAX_KEY_DAYS}.",
    )

    def action_issue(self):
        """Make the key and show it, this once.

        :return: the action that shows it
        :raise AccessError: the user is no administrator
        :raise ValidationError: name or days
        """
        self.ensure_one()
        client = self.client_id
        if client:
            key = client._renew(self.days)
        else:
            client, key = client._issue(self.name, self.company_id, self.family_ids, self.days)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key of %s", client.name),
            "res_model": "integrator.key.show",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_key": key,
                "default_login": client.user_id.sudo().login,  # shown to the administrator
                "default_database": self.env.cr.dbname,
            },
        }
