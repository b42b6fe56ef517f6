from odoo import api, fields, models


class ConsignmentRejection(models.TransientModel):
    """Asks staff why articles are rejected."""

    _name = "consignment.rejection"
    _description = "Reject articles"

    article_ids = fields.Many2many(
        comodel_name="consignment.article",
        string="Articles",
        readonly=True,
        help="What the shop does not take.",
    )
    reason = fields.Char(help="Shown to the consignor, and told by mail once all is reviewed.")

    @api.model
    def _open(self, articles):
        """Return the action that opens the dialogue about articles."""
        dialogue = self.create({"article_ids": articles.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": self._name,
            "res_id": dialogue.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Button: reject the articles.

        :raise AccessError: the user may not change the articles
        :raise UserError: no reason was given, or one was decided meanwhile
        """
        self.ensure_one()
        self.article_ids._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
