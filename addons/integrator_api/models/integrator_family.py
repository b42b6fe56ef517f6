from odoo import fields, models


class IntegratorFamily(models.Model):
    """Operations that are permitted together; each add-on that has some brings its families."""

    _name = "integrator.family"
    _description = "Family of operations for integrators"
    _order = "code"

    code = fields.Char(required=True, readonly=True, help="As operations name it.")
    name = fields.Char(required=True, translate=True, help="What it permits, in a few words.")
    description = fields.Char(translate=True, help="What a key for it can do, and cannot.")

    _code_unique = models.UniqueIndex("(code)", "There is a family of this code.")
