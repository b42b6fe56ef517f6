from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    consignment_intake_id = fields.Many2one(
        comodel_name="consignment.intake",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The intake whose articles came in with this receipt.",
    )
