"""Accepted articles become products and stock that belongs to the consignor."""

from odoo import Command, fields, models
from odoo.exceptions import UserError


class ConsignmentIntake(models.Model):
    _inherit = "consignment.intake"

    def _accept(self, articles):
        """Make articles of this intake products, and receive them as the consignor's stock.

        All or none; the number of queries does not grow with each article but by batches.

        :param articles: submitted ones of this intake, whose prices are agreed
        :raise UserError: there is none, one does not wait, or the consignor was asked for another
            price and did not agree yet
        """
        self.ensure_one()
        if not articles or any(article.state != "submitted" for article in articles):
            raise UserError(self.env._("There is no article to accept."))
        if any(article.proposed_price for article in articles):
            raise UserError(
                self.env._("Send the proposed prices first, or note that they are agreed.")
            )
        articles._create_products()
        # Superuser: accepting is the right that counts; products and stock follow from it.
        picking = self.env["stock.picking"].sudo().create(self._prepare_receipt_vals(articles))
        picking.action_confirm()
        picking.move_ids.write({"picked": True})
        picking.with_context(skip_sms=True)._action_done()
        articles._enter_stock()
        self._close_reviewed()

    def _prepare_receipt_vals(self, articles):
        warehouse = self.shop_id.warehouse_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        return {
            "picking_type_id": warehouse.in_type_id.id,
            "partner_id": self.consignor_id.partner_id.id,
            "owner_id": self.consignor_id.partner_id.id,
            "origin": self.name,
            "consignment_intake_id": self.id,
            "location_id": supplier.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "scheduled_date": fields.Datetime.now(),
            "move_ids": [
                Command.create(
                    {
                        "product_id": article.product_id.id,
                        "product_uom_qty": 1,
                        "product_uom": article.product_id.uom_id.id,
                        "quantity": 1,
                        "location_id": supplier.id,
                        "location_dest_id": warehouse.lot_stock_id.id,
                    }
                )
                for article in articles
            ],
        }
