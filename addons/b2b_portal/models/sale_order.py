from odoo import fields, models

from ..const import STAGES


class SaleOrder(models.Model):
    _inherit = "sale.order"

    b2b_stage = fields.Selection(
        selection=STAGES,
        string="From the portal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Where an order that a business customer makes in the portal stands. A cart is not "
        "sent yet; what waits for approval or payment is not confirmed yet.",
    )
    b2b_cart_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Cart of",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The portal user who fills this cart.",
    )
    b2b_member_id = fields.Many2one(
        comodel_name="b2b.member",
        string="Ordered by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The customer's employee who sent the order in the portal.",
    )
    b2b_wished_date = fields.Date(
        string="Wished delivery date",
        copy=False,
        help="The day on which the customer wishes to have the goods; nothing is promised by it.",
    )
    b2b_note = fields.Text(
        string="Customer's note", copy=False, help="Written by the customer in the portal."
    )
    b2b_pickup = fields.Boolean(
        string="Pickup at vendor",
        copy=False,
        help="The customer collects the goods: it has no saved shipping address.",
    )

    # One cart for each user: what two browsers put in at once lands in the same.
    _b2b_cart_unique = models.UniqueIndex(
        "(b2b_cart_user_id) WHERE b2b_cart_user_id IS NOT NULL", "This user has a cart already."
    )
    _b2b_cart_has_user = models.Constraint(
        "CHECK ((b2b_stage IS NOT DISTINCT FROM 'cart') = (b2b_cart_user_id IS NOT NULL))",
        "A cart belongs to a portal user; what was ordered does not.",
    )
