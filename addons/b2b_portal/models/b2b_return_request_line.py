from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import returns


class B2bReturnRequestLine(models.Model):
    """An article that a customer wants to send back."""

    _name = "b2b.return.request.line"
    _description = "Article of a return request"

    request_id = fields.Many2one(
        comodel_name="b2b.return.request", required=True, index=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Ordered as",
        required=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(related="order_line_id.product_id")
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the unit in which it was ordered."
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity to return must be above zero."
    )
    _line_unique = models.UniqueIndex(
        "(request_id, order_line_id)", "An article stands once in a return request."
    )

    def _allocate(self):
        """Return ``[(move, quantity)]``: from which shipments the goods are taken back.

        :raise UserError: the shipments do not hold them, such as of kits
        """
        self.ensure_one()
        line = self.order_line_id
        # Superuser: sellers decide about returns without rights in the warehouse.
        moves = line.sudo().move_ids.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id.usage == "customer"
            and move.product_id == line.product_id
        )
        shipped = [(move, self._get_left(move)) for move in moves.sorted("id")]
        unit = line.product_id.uom_id
        wanted = line.product_uom_id._compute_quantity(self.quantity, unit)
        taken, missing = returns.allocate(wanted, shipped)
        if not unit.is_zero(missing):
            raise UserError(
                self.env._(
                    "The shipments of %s do not hold this quantity any more. Return it on the "
                    "delivery by hand, or decline.",
                    line.product_id.display_name,
                )
            )
        return [
            (move, unit._compute_quantity(quantity, move.product_uom)) for move, quantity in taken
        ]

    def _get_left(self, move):
        """Return what of a shipped move was not taken back yet, in the product's unit."""
        unit = move.product_id.uom_id
        back = move.returned_move_ids.filtered(lambda returned: returned.state != "cancel")
        return move.product_uom._compute_quantity(move.quantity, unit) - sum(
            found.product_uom._compute_quantity(found.product_uom_qty, unit) for found in back
        )
