from odoo import fields, models

from ..const import LABEL_PAPERS


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    label_paper = fields.Selection(
        selection=LABEL_PAPERS,
        string="Labels",
        required=True,
        default="a4_24",
        help="What the dialogue for labels proposes.",
    )
