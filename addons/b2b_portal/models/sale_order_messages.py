"""Messages between a customer and the shop, on the order."""

from odoo import models
from odoo.tools import plaintext2html

from ..const import MAX_NOTE
from ..exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_b2b_messages(self):
        """Return the order's messages that customers may read, the oldest first; no notes."""
        self.ensure_one()
        # Superuser: messages of an order that the caller has found for its member; notes of the
        # shop are left out as portal leaves them out.
        messages = self.sudo().website_message_ids.filtered(
            lambda message: not message.is_internal and not message.subtype_id.internal
        )
        return messages.sorted("id")

    def _post_b2b_message(self, member, text):
        """Write to the shop; whoever follows the order is told.

        :param text: plain text; whatever looks like HTML in it is shown as it was typed
        :raise B2bError: it is empty or too long
        """
        self.ensure_one()
        body = self._limit_b2b_text(text, MAX_NOTE)
        if not body:
            raise B2bError(self.env._("Write a message first."))
        return self.message_post(
            body=plaintext2html(body),
            author_id=member.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_b2b_responsible().partner_id.ids,
        )

    def _get_b2b_responsible(self):
        """Return who answers for the order: its salesperson, else the setting's; or nobody."""
        self.ensure_one()
        return self.user_id or self.company_id.b2b_manager_id

    def _tell_b2b_customer(self, body, partner=None):
        """Write to the customer on the order, by e-mail, too.

        :param partner: who is told; else who placed the order, else the customer
        """
        self.ensure_one()
        told = partner or self.b2b_member_id.partner_id or self.partner_id
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=told.ids,
        )
