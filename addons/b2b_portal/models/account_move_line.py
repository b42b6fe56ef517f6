from odoo import api, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "b2b.shown"]

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Override: lines of invoices that are shown."""
        # any!: the domain of invoices is the whole condition; their rules would ask it again.
        return Domain("move_id", "any!", self.env["account.move"]._get_b2b_shown_domain(member))
