from odoo import api, fields, models

from ..const import ASK_BY_ADDRESS, ASK_BY_ORIGIN


class ConsignmentLinkRequest(models.Model):
    """Somebody asked for access to a shop, the first time or with a forgotten password."""

    _name = "consignment.link.request"
    _description = "Request for a link to the consignment portal"
    _inherit = ["portal.request"]

    shop_id = fields.Many2one(
        comodel_name="consignment.shop",
        required=True,
        ondelete="cascade",
        help="The shop on whose page it was asked for.",
    )

    @api.model
    def _ask(self, shop, email, origin):
        """Note that a link was asked for, unless that is asked too often.

        :param email: what was typed
        :param origin: network address of the one who asks
        """
        job = "consignment_portal.ir_cron_link_requests"
        self._note(email, ASK_BY_ADDRESS, ASK_BY_ORIGIN, origin, job, shop_id=shop.id)

    def _answer(self):
        """Override of ``portal.request``: send a link to the consignors with this address."""
        consignors = self.shop_id._find_consignors(self.email)
        if consignors:
            consignors._send_link(asked=True)
