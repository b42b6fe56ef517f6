from odoo import fields, models
from odoo.tools import SQL


class ConsolidationEstablishment(models.Model):
    """Establishments by their names, for whoever clears.

    Users see the companies that they work in; whoever clears chooses among all of them. This
    tells the names only, and has the ids of the companies.
    """

    _name = "consolidation.establishment"
    _description = "Establishment in a clearing"
    _auto = False
    _order = "name, id"
    _depends = {"res.company": ["name", "active"]}

    name = fields.Char(readonly=True)
    active = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        # Reads only.
        return SQL("SELECT id, name, active FROM res_company")
