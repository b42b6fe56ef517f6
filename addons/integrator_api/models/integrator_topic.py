from odoo import fields, models


class IntegratorTopic(models.Model):
    """A kind of event that programs may be told of; each add-on that has some brings its topics."""

    _name = "integrator.topic"
    _description = "Topic of events for integrators"
    _order = "code"

    code = fields.Char(required=True, readonly=True, help="As messages name it.")
    name = fields.Char(required=True, translate=True, help="What has happened, in a few words.")
    family_id = fields.Many2one(
        "integrator.family",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="An integrator is told of what its families let it ask for.",
    )

    _code_unique = models.UniqueIndex("(code)", "There is a topic of this code.")
