from odoo import api, fields, models

from ..const import IMPORT_COLUMNS


class LoyaltyAccountImportColumn(models.Model):
    """One column of a file of accounts, and what it means."""

    _name = "loyalty.account.import.column"
    _description = "Column of an import"
    _order = "sequence, id"
    _rec_name = "heading"

    import_id = fields.Many2one(
        "loyalty.account.import", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    heading = fields.Char(string="In the file", readonly=True, required=True)
    sample = fields.Char(string="First row", readonly=True)
    target = fields.Selection(
        IMPORT_COLUMNS, string="Means", help="“Leave out” for what is not to be imported."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the columns are those of the file; see loyalty.account.import."""
        columns = super().create(vals_list)
        columns._check_changeable()
        return columns

    def write(self, vals):
        """Override: another meaning voids the check."""
        self._check_changeable()
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name == "target"}
        result = super().write(vals)
        if not self.env.su:
            self.import_id._forget_check()
        return result

    def _check_changeable(self):
        if not self.env.su:
            self.import_id._refuse_started()
