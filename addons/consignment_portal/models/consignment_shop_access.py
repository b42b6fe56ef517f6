"""Who may log in at a shop."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    def _find_consignors(self, email):
        """Return, as superuser, who may get access at this open shop by an e-mail address.

        Usually one; several where consignors share an address, and so a login.

        :param email: as typed
        """
        # Superuser: asked for visitors, who see nothing of what is found.
        consignors = self.env["consignment.consignor"].sudo()
        address = email_normalize(email or "")
        if not address or not self:
            return consignors
        return consignors.search(
            Domain("shop_id", "in", self.ids)
            & Domain("shop_id.active", "=", True)
            & Domain("shop_id.portal_active", "=", True)
            & Domain("access_withdrawn", "=", False)
            & Domain("partner_id.email_normalized", "=", address),
            order="id",
        )

    def _get_login_name(self, typed):
        """Return with which login somebody logs in who typed an address on the shop's page.

        The same work for every address; what is unknown is tried as it was typed.
        """
        consignors = self._find_consignors(typed)
        return consignors.user_id[:1].login or typed.strip()
