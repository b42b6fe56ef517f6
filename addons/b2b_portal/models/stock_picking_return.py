from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    b2b_return_id = fields.Many2one(
        comodel_name="b2b.return.request",
        string="Return request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's request that this return answers.",
    )
