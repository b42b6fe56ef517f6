"""Articles that leave the shop otherwise than sold: fetched, donated, lost."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import ENDED_STATES


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    ended_date = fields.Date(readonly=True, copy=False)
    compensation = fields.Monetary(
        readonly=True, copy=False, help="What the consignor gets for a lost or damaged article."
    )
    end_picking_id = fields.Many2one(
        comodel_name="stock.picking", string="Left with", readonly=True, copy=False
    )

    def action_return(self):
        """Give the articles back to their owners."""
        self._end("returned")
        return True

    def action_donate(self):
        """Give the articles to charity."""
        self._end("donated")
        return True

    def action_undo_end(self):
        """Put articles back that were ended by mistake: stock, till, catalogue, no compensation.

        :raise UserError: one is not ended, or its compensation is settled
        """
        self.check_access("write")
        self._touch_articles()
        # A run may be taking up the compensation at this moment.
        self.consignor_id._touch_settling()
        if any(article.state not in ENDED_STATES for article in self):
            raise UserError(self.env._("Only returned, donated or lost articles are put back."))
        settled = self.env["consignment.settlement.line"].search(
            [("article_id", "in", self.ids), ("kind", "=", "compensation"), ("live", "=", True)],
            limit=1,
        )
        if settled:
            raise UserError(
                self.env._(
                    "The compensation of %(article)s is in %(settlement)s. Reverse that one first.",
                    article=settled.article_id.name,
                    settlement=settled.settlement_id.display_name,
                )
            )
        self._unarchive_products()
        self._move_out(back=True)
        # Superuser: the right on the articles was checked; what follows nobody writes by hand.
        self.sudo().write(
            {"state": "stock", "ended_date": False, "compensation": 0, "end_picking_id": False}
        )
        self._offer(True)
        return True

    def _end(self, state, compensations=None):
        """Move articles out of the shop for good.

        :param state: one of ENDED_STATES
        :param compensations: by the article's id, what its consignor gets
        :raise UserError: one is not in the shop
        """
        self.check_access("write")
        self._touch_articles()
        gone = self.filtered(lambda article: article.state != "stock")
        if gone:
            raise UserError(
                self.env._("Not in the shop any more: %s.", ", ".join(gone.mapped("name")))
            )
        self._move_out(state=state)
        # Superuser: see action_undo_end.
        for article in self.sudo():
            article.write(
                {
                    "state": state,
                    "ended_date": fields.Date.context_today(self),
                    "compensation": (compensations or {}).get(article.id, 0),
                }
            )
        self._offer(False)
        # Superuser: see _offer. Archived: nothing happens with the product any more. A sold one
        # is not archived, since a customer may bring it back.
        self.sudo().product_id.action_archive()

    def _touch_articles(self):
        """Let nobody else sell or end the articles until the transaction's end."""
        self.flush_recordset()
        self.env["consignment.sale"]._touch_articles(set(self.ids))
        self.invalidate_recordset(["state"])

    def _unarchive_products(self):
        # Superuser: see _offer.
        self.with_context(active_test=False).sudo().product_id.action_unarchive()

    def _move_out(self, state=None, back=False):
        """Move each owned piece to where it goes, or back, one transfer for each consignor."""
        for (consignor, kind), articles in self.grouped(
            lambda article: (article.consignor_id, state or article.state)
        ).items():
            warehouse = consignor.shop_id.warehouse_id
            outside = self._get_end_location(kind, warehouse.company_id)
            here, there = warehouse.lot_stock_id, outside
            if back:
                here, there = there, here
            # Superuser: ending is the right that counts; the transfer follows from it.
            picking = (
                self.env["stock.picking"]
                .sudo()
                .create(articles._prepare_end_vals(consignor, here, there, back))
            )
            picking.action_confirm()
            for move in picking.move_ids:
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    fields.Command.create(
                        move._prepare_move_line_vals(quantity=1)
                        | {
                            "owner_id": consignor.partner_id.id,
                        }
                    )
                ]
            picking.move_ids.write({"picked": True})
            picking.with_context(skip_sms=True)._action_done()
            # Superuser: see action_undo_end.
            articles.sudo().end_picking_id = picking

    def _find_pieces(self):
        """Return ``{product: location}`` of the pieces that are in the house, or counted away.

        Stock may have been put on a shelf, and the shop may have another warehouse by now.
        """
        # Superuser: where a piece is, is no secret of those who may end it.
        quants = self.env["stock.quant"].sudo()
        found = quants.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("owner_id", "in", self.consignor_id.partner_id.ids),
                ("location_id.usage", "in", ("internal", "inventory", "transit")),
                ("quantity", ">", 0),
            ]
        )
        return {quant.product_id: quant.location_id for quant in found}

    def _prepare_end_vals(self, consignor, here, there, back):
        warehouse = consignor.shop_id.warehouse_id
        pieces = {} if back else self._find_pieces()
        return {
            "picking_type_id": (warehouse.in_type_id if back else warehouse.out_type_id).id,
            "partner_id": consignor.partner_id.id,
            "owner_id": consignor.partner_id.id,
            "origin": ", ".join(sorted(set(self.intake_id.mapped("name")))),
            "location_id": here.id,
            "location_dest_id": there.id,
            "move_ids": [
                fields.Command.create(
                    {
                        "product_id": article.product_id.id,
                        "product_uom_qty": 1,
                        "product_uom": article.product_id.uom_id.id,
                        "location_id": pieces.get(article.product_id, here).id,
                        "location_dest_id": there.id,
                    }
                )
                for article in self
            ],
        }

    def _get_end_location(self, state, company):
        """Return where an article goes that is returned, donated or lost."""
        if state == "lost":
            # Superuser: the location is the company's own, and staff of stock may read it.
            return (
                self.env["stock.location"]
                .sudo()
                .search(
                    [("usage", "=", "inventory"), ("company_id", "in", (company.id, False))],
                    order="company_id, id",
                    limit=1,
                )
            )
        # To its owner, who brought it; never to "customers", where sold ones go.
        return self.env.ref("stock.stock_location_suppliers")
