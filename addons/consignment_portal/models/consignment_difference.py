from odoo import api, fields, models
from odoo.tools import SQL

#: Why sales and stock of an article do not fit together.
REASONS = [
    ("twice", "Sold more than once"),
    ("no_move", "Sold, but still in stock"),
    ("no_owner", "Left stock without its owner"),
    ("no_sale", "Left stock without a sale"),
    ("ended", "Sold after it had ended"),
]


class ConsignmentDifference(models.Model):
    """An article whose sales do not fit with what left the owner's stock."""

    _name = "consignment.difference"
    _description = "Difference between sales and stock"
    _auto = False
    _rec_name = "article_id"
    _order = "article_id desc"

    article_id = fields.Many2one("consignment.article", readonly=True)
    consignor_id = fields.Many2one("consignment.consignor", readonly=True)
    shop_id = fields.Many2one("consignment.shop", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sold = fields.Float(
        digits=(16, 3), readonly=True, help="Pieces sold by lines of orders and receipts."
    )
    moved = fields.Float(
        digits=(16, 3), readonly=True, help="Pieces of the owner that left for customers."
    )
    moved_unowned = fields.Float(
        string="Moved without owner",
        digits=(16, 3),
        readonly=True,
        help="Pieces that left for customers as if they were the shop's, or another's.",
    )
    awaiting = fields.Float(
        string="Leaves later",
        digits=(16, 3),
        readonly=True,
        help="Sold in till sessions that move stock when they are closed; no difference.",
    )
    reason = fields.Selection(selection=REASONS, readonly=True)
    explanation = fields.Text(compute="_compute_explanation")

    @property
    def _table_query(self):
        """Compare, for each article, what was sold with what left."""
        return SQL(
            """
            SELECT checked.*,
                   CASE WHEN checked.sold > 1 THEN 'twice'
                        WHEN checked.state IN ('returned', 'donated', 'lost') THEN 'ended'
                        WHEN checked.moved_unowned <> 0 THEN 'no_owner'
                        WHEN checked.sold - checked.awaiting > checked.moved THEN 'no_move'
                        ELSE 'no_sale' END AS reason
              FROM (
                    SELECT article.id, article.id AS article_id, article.consignor_id,
                           article.shop_id, article.company_id, article.state,
                           coalesce(sold.quantity, 0) AS sold, coalesce(moved.owned, 0) AS moved,
                           coalesce(moved.unowned, 0) AS moved_unowned,
                           coalesce(awaiting.quantity, 0) AS awaiting
                      FROM consignment_article article
                 LEFT JOIN (
                            SELECT sale.article_id, sum(sale.quantity) AS quantity
                              FROM consignment_sale sale GROUP BY sale.article_id
                           ) sold ON sold.article_id = article.id
                 LEFT JOIN (%(moved)s) moved ON moved.article_id = article.id
                 LEFT JOIN (%(awaiting)s) awaiting ON awaiting.article_id = article.id
                     WHERE article.product_id IS NOT NULL
                   ) checked
             WHERE checked.sold - checked.awaiting <> checked.moved
                OR checked.moved_unowned <> 0 OR checked.sold NOT IN (0, 1)
                OR (checked.sold > 0 AND checked.state IN ('returned', 'donated', 'lost'))
            """,
            moved=self._get_moved(),
            awaiting=self._get_awaiting(),
        )

    @api.model
    def _get_moved(self):
        return SQL(
            """
            SELECT article.id AS article_id,
                   coalesce(sum(signed.quantity) FILTER (WHERE signed.is_owned), 0) AS owned,
                   coalesce(sum(signed.quantity) FILTER (WHERE NOT signed.is_owned), 0) AS unowned
              FROM consignment_article article
              JOIN consignment_consignor consignor ON consignor.id = article.consignor_id
              JOIN (
                    SELECT part.product_id, part.owner_id,
                           CASE WHEN there.usage = 'customer' THEN 1 ELSE -1 END
                               * part.quantity_product_uom AS quantity
                      FROM stock_move_line part
                      JOIN stock_location here ON here.id = part.location_id
                      JOIN stock_location there ON there.id = part.location_dest_id
                     WHERE part.state = 'done'
                       AND (here.usage = 'customer') <> (there.usage = 'customer')
                   ) line ON line.product_id = article.product_id
        CROSS JOIN LATERAL (
                    SELECT line.quantity::numeric AS quantity,
                           line.owner_id IS NOT DISTINCT FROM consignor.partner_id AS is_owned
                   ) signed
          GROUP BY article.id
            """
        )

    @api.model
    def _get_awaiting(self):
        """Return the query of what is sold and leaves stock later; extended by other apps.

        :rtype: SQL giving article_id, quantity
        """
        return SQL("SELECT NULL::integer AS article_id, 0::numeric AS quantity WHERE FALSE")

    @api.depends("reason")
    def _compute_explanation(self):
        texts = {
            "twice": self.env._(
                "More than one order or receipt sells this one piece. Refund the wrong one, or "
                "correct its quantity; the sale then disappears here."
            ),
            "no_move": self.env._(
                "It was sold, but nothing left the owner's stock. Finish the delivery or the "
                "till's transfer that waits or failed."
            ),
            "no_owner": self.env._(
                "It left stock as if it were not the consignor's, because it did not lie where "
                "the till or the delivery takes from. The sale counts. To put stock right, return "
                "the transfer, and move it again with the consignor as owner."
            ),
            "no_sale": self.env._(
                "It left stock for a customer without an order or receipt that sells it. Return "
                "the transfer, or sell it through an order. If it was lost, put it back and "
                "report it lost."
            ),
            "ended": self.env._(
                "It was sold although it had been returned, donated or lost. If it was found, "
                "undo that on the article; otherwise refund the sale."
            ),
        }
        for difference in self:
            difference.explanation = texts.get(difference.reason)

    def action_open_article(self):
        """Show the article."""
        self.ensure_one()
        return self.article_id.get_formview_action()

    def action_open_moves(self):
        """Show what moved the article in stock."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_line_action")
        return {
            **action,
            "domain": [("product_id", "=", self.article_id.product_id.id)],
            "context": {},
        }
