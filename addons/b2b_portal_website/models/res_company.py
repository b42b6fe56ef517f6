from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    b2b_registration = fields.Boolean(
        string="Registration of business customers",
        help="Businesses apply on the website at /b2b/register; nobody gets in before activation.",
    )
    b2b_registration_auto = fields.Boolean(
        string="Activate by itself",
        help="Complete applications that resemble no customer you have are invited at once. Off: "
        "staff activate each one.",
    )
