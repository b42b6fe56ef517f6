from odoo import fields, models


class ConsolidationSimulationProgress(models.Model):
    """How far a simulation is. Written by its pieces, each of which locks and updates it.

    Apart from the simulation itself, so that stopping it does not have to wait for a moment at
    which no piece is being written.
    """

    _name = "consolidation.simulation.progress"
    _description = "Progress of a simulation"
    _log_access = False
    _rec_name = "simulation_id"

    simulation_id = fields.Many2one(
        "consolidation.simulation", required=True, ondelete="cascade", readonly=True
    )
    next_day = fields.Date(required=True, readonly=True, help="First day that is not replayed yet.")
    replay = fields.Json(readonly=True, help="Sums so far; see rules.simulation.Replay.dump.")

    _simulation_unique = models.UniqueIndex("(simulation_id)", "A simulation has one progress.")
