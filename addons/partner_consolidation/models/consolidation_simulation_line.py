from odoo import api, fields, models
from odoo.tools import format_date


class ConsolidationSimulationLine(models.Model):
    """One month of a simulation's result. Written by the simulation."""

    _name = "consolidation.simulation.line"
    _description = "Month of a simulation"
    _inherit = ["consolidation.simulation.figures"]
    _order = "simulation_id desc, month"
    _log_access = False
    _rec_name = "month_name"

    simulation_id = fields.Many2one(
        "consolidation.simulation", required=True, ondelete="cascade", readonly=True
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    month_name = fields.Char(compute="_compute_month_name", string="Name of the month")

    # Also used by every reading of a result.
    _month_unique = models.UniqueIndex(
        "(simulation_id, month)", "A month has one line in a simulation."
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for line in self:
            line.month_name = format_date(self.env, line.month, date_format="MMMM y")
