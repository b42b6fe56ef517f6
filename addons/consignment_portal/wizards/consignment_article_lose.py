from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentArticleLose(models.TransientModel):
    """Asks what the consignor gets for an article that was lost or damaged."""

    _name = "consignment.article.lose"
    _description = "Lost or damaged article"

    article_id = fields.Many2one(
        comodel_name="consignment.article", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="article_id.currency_id")
    compensation = fields.Monetary(
        compute="_compute_compensation",
        store=True,
        readonly=False,
        help="Goes into the consignor's next settlement. Proposed: the share of the price.",
    )

    @api.depends("article_id")
    def _compute_compensation(self):
        for wizard in self:
            article = wizard.article_id
            wizard.compensation = article.price * article.share / 100

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for articles that the user may change."""
        wizards = super().create(vals_list)
        wizards._check_articles()
        return wizards

    def write(self, vals):
        """Override: the same for what is changed."""
        result = super().write(vals)
        self._check_articles()
        return result

    def _check_articles(self):
        """Refuse articles of others: what is proposed for them is computed as superuser."""
        self.article_id.check_access("write")

    def action_lose(self):
        """Take the article out of stock and note the compensation."""
        self.ensure_one()
        if not 0 <= self.compensation <= self.article_id.price:
            raise UserError(
                self.env._("Enter a compensation between 0 and the price of the article.")
            )
        self.article_id._end("lost", {self.article_id.id: self.compensation})
        return True
