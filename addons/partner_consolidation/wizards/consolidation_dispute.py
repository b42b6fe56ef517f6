from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsolidationDispute(models.TransientModel):
    """Asks for the reason to dispute credit that was used elsewhere."""

    _name = "consolidation.dispute"
    _description = "Dispute lines"
    _inherit = ["consolidation.dialogue"]

    _subjects = ("item_ids",)

    item_ids = fields.Many2many("consolidation.item", string="Lines", required=True, readonly=True)
    item_count = fields.Integer(string="Lines to dispute", compute="_compute_items")
    company_ids = fields.Many2many("res.company", compute="_compute_items")
    company_id = fields.Many2one(
        "res.company",
        string="Disputed by",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', company_ids)]",
        help="Your side. It can release the lines again, and so can whoever clears.",
    )
    reason = fields.Char(required=True, help="Told to the other side, and kept with each line.")

    @api.depends("item_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_items(self):
        for wizard in self:
            wizard.item_count = len(wizard.item_ids)
            wizard.company_ids = wizard._get_own_sides()

    @api.depends("item_ids")
    @api.depends_context("company", "allowed_company_ids")
    def _compute_company_id(self):
        for wizard in self:
            own = wizard._get_own_sides()
            current = self.env.company
            wizard.company_id = current if current in own else own[:1]

    def _get_own_sides(self):
        """The user's company that every line costs money, if it is the same one."""
        sides = self.env.companies
        for item in self.item_ids:
            sides &= item._get_disputing_side()
        return sides

    def action_confirm(self):
        """Dispute the lines; the other side is told.

        :raise AccessError: a line costs another side money
        :raise UserError: a line is settled or disputed meanwhile
        """
        self.ensure_one()
        if not self.company_id:
            raise UserError(
                self.env._("Choose lines of one of your sides: what it owes, or has given back.")
            )
        self.item_ids._dispute(self.company_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
