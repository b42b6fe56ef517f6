from odoo import api, fields, models


class IntegratorKeyShow(models.AbstractModel):
    """What an integrator needs to call; without a table, so that the key is kept nowhere."""

    _name = "integrator.key.show"
    _description = "Key of an integrator, shown once"

    # The form wants one, although nothing is ever stored.
    id = fields.Id()
    key = fields.Char(readonly=True, help="Copy it now: it is shown this once.")
    login = fields.Char(readonly=True, help="User name for XML-RPC.")
    database = fields.Char(readonly=True, help="Name of the database.")

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super  # nothing is stored
        """Override: nothing is stored; the right to create is what lets the form be shown."""
        self.check_access("create")
        return self.browse()
