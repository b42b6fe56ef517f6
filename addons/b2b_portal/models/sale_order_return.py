"""Customers ask to send goods of an order back."""

import base64

from odoo import fields, models
from odoo.tools import plaintext2html

from odoo.addons.portal_guard.rules import photos

from ..const import MAX_NOTE, MAX_QUANTITY
from ..exceptions import B2bError
from ..rules import quantities
from .b2b_return_request import ACTIVITY


class SaleOrder(models.Model):
    _inherit = "sale.order"

    b2b_return_ids = fields.One2many(
        comodel_name="b2b.return.request",
        inverse_name="order_id",
        string="Return requests",
        copy=False,
    )

    def _get_b2b_returnable(self):
        """Return ``{line: quantity}`` that the customer can ask to send back now.

        What was shipped and has not come back, less what is asked for already and not in yet.
        """
        self.ensure_one()
        waiting = self.b2b_return_ids.filtered(
            lambda request: request.decision != "declined" and not request._is_received()
        )
        asked = {}
        for line in waiting.line_ids:
            asked[line.order_line_id] = asked.get(line.order_line_id, 0) + line.quantity
        left = {
            line: line.product_uom_id.round(line.qty_delivered - asked.get(line, 0))
            for line in self._get_b2b_lines()
            if line.product_id.type == "consu"
        }
        return {line: quantity for line, quantity in left.items() if quantity > 0}

    def _request_b2b_return(self, member, texts, reason, photo=b""):
        """Ask to send goods back.

        :param texts: typed quantities by the id of the order's line, in the line's unit
        :param photo: the bytes of a picture; empty for none
        :return: the request, as superuser
        :raise B2bError: a quantity, the reason or the picture cannot be taken
        """
        self.ensure_one()
        if not member._may_order():
            raise B2bError(
                self.env._("You may look, but not return. Ask your company's administrator.")
            )
        reason = self._limit_b2b_text(reason, MAX_NOTE)
        if not reason:
            raise B2bError(self.env._("Tell us why the goods come back."))
        # Two requests at once: the touched row makes the second wait, fail and run again.
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date WHERE id = %s", [self.id]
        )
        wanted = self._parse_b2b_return(texts)
        # Superuser: customers have no right on requests; lines and quantities are checked above.
        requests = self.env["b2b.return.request"].sudo()
        picture = self._check_b2b_photo(photo)
        request = requests.create(requests._prepare_vals(member, self, wanted, reason, picture))
        request.activity_schedule(
            ACTIVITY,
            user_id=self._get_b2b_responsible().id,
            note=plaintext2html(reason),
        )
        return request

    def _parse_b2b_return(self, texts):
        """Return ``{line: quantity}`` of typed quantities; empty and zero are left out."""
        wanted = {}
        for line, most in self._get_b2b_returnable().items():
            if quantity := self._parse_b2b_return_line(line, texts.get(line.id, ""), most):
                wanted[line] = quantity
        if not wanted:
            raise B2bError(self.env._("Type how much of which article comes back."))
        return wanted

    def _parse_b2b_return_line(self, line, text, most):
        product = line.product_id
        try:
            value = quantities.parse(
                text.strip() or "0", digits=product._get_b2b_digits(), maximum=MAX_QUANTITY
            )
        except quantities.QuantityError as error:
            raise B2bError(self._describe_b2b_quantity_error(product, error)) from error
        if line.product_uom_id.compare(float(value), most) > 0:
            raise B2bError(
                self.env._(
                    "At most %(most)s of %(name)s can come back.",
                    most=f"{most:g}",
                    name=product.display_name,
                )
            )
        return float(value)

    def _check_b2b_photo(self, content):
        """Return a picture as Odoo stores it; False for none.

        :raise B2bError: it is no picture, or too large
        """
        if not content:
            return False
        try:
            photos.check(content)
        except photos.PhotoError as error:
            if error.code == "large":
                raise B2bError(self.env._("The photo is too large: at most 5 MB.")) from error
            raise B2bError(self.env._("Send the photo as JPEG, PNG or WebP.")) from error
        return base64.b64encode(content)
