"""The cart of a portal user: a draft order, one for each user, changed by these methods only."""

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..const import MAX_LINES, MAX_NOTE, MAX_QUANTITY, MAX_REFERENCE
from ..exceptions import B2bError, NotAvailable
from ..rules import quantities
from .product_pricelist import PageRules


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_b2b_cart(self, member):
        """Return a member's cart as superuser, an empty recordset without one."""
        # Superuser: customers have no write access to orders; whose cart it is is checked here.
        carts = self.sudo().with_company(member.company_id)
        return carts.search(self._get_b2b_cart_domain(member), limit=1)

    @api.model
    def _get_b2b_cart_domain(self, member):
        """Return the Domain of a member's cart; one filled for a former employer is none of theirs."""
        return Domain("b2b_cart_user_id", "=", member.user_id.id) & self._get_b2b_customer_domain(
            member
        )

    @api.model
    def _ensure_b2b_cart(self, member):
        """Return a member's cart, locked; it is made when there is none.

        :raise B2bError: the member may not order
        """
        if not member._may_order():
            raise B2bError(
                self.env._("You may look, but not order. Ask your company's administrator.")
            )
        # Two first articles at once: the second request waits here and finds the cart.
        self.env.cr.execute(
            "UPDATE b2b_member SET write_date = write_date WHERE id = %s", [member.id]
        )
        return self._get_b2b_cart(member) or self._create_b2b_cart(member)

    @api.model
    def _create_b2b_cart(self, member):
        # Superuser: see _get_b2b_cart.
        carts = self.sudo().with_company(member.company_id)
        # What the person filled for a former employer was never ordered. It is cancelled, not
        # deleted: staff may have sent it as a quotation meanwhile.
        former = carts.search([("b2b_cart_user_id", "=", member.user_id.id)])
        if former:
            former._action_cancel()
            # The new cart is inserted before pending changes are written: there would be two.
            former.flush_recordset(["b2b_cart_user_id", "b2b_stage"])
        values = self._prepare_b2b_cart_vals(member, member.user_id)
        return carts.with_context(mail_create_nosubscribe=True).create(values)

    @api.model
    def _prepare_b2b_cart_vals(self, member, user):
        """Return the values of a new cart of a member.

        :param user: who fills it
        """
        customer, company = member.customer_id, member.company_id
        return {
            "partner_id": customer.id,
            "company_id": company.id,
            "pricelist_id": customer._get_b2b_pricelist(company).id,
            "b2b_stage": "cart",
            "b2b_cart_user_id": user.id,
            "user_id": self._get_b2b_salesperson(member).id,
            # Signature and payment on Odoo's own page would go around the portal's checks.
            "require_signature": False,
            "require_payment": False,
        }

    @api.model
    def _get_b2b_salesperson(self, member):
        """Return who is told of a member's orders: the customer's salesperson, else the setting."""
        return member.customer_id.user_id or member.company_id.b2b_manager_id

    def _set_b2b_quantity(self, member, product_id, text, *, add=False):
        """Put an article into the cart, change its quantity, or take it out with 0.

        :param text: the quantity as typed, in the product's unit of measure
        :param add: on top of what is in the cart
        :return: the article's line; empty when it was taken out
        :raise NotAvailable: the customer may not see the product, or it does not exist
        :raise B2bError: the quantity cannot be ordered
        """
        self.ensure_one()
        line = self._get_b2b_lines().filtered(lambda line: line.product_id.id == product_id)[:1]
        product = member.customer_id._find_b2b_products(member.company_id, [product_id])
        if not product:
            if line and not add and str(text).strip() == "0":
                line.unlink()
                return line
            raise NotAvailable(self.env._("This article is not available to you."))
        in_cart = line if add else line.browse()
        quantity = self._sum_b2b_quantities(product, [text], in_cart)
        return self._write_b2b_line(line, product, quantity)

    def _write_b2b_line(self, line, product, quantity):
        if not quantity:
            line.unlink()
            return line.browse()
        if line:
            line.product_uom_qty = quantity
            return line
        if len(self.order_line) >= MAX_LINES:
            raise B2bError(
                self.env._("A cart holds at most %s articles. Order these first.", MAX_LINES)
            )
        values = {
            "order_id": self.id,
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "product_uom_qty": quantity,
        }
        return line.create(values)

    def _get_b2b_lines(self):
        """Return the lines a customer put in: no sections, delivery costs or rewards."""
        return self.order_line.filtered(lambda line: line._is_b2b_article())

    @api.model
    def _parse_b2b_quantity(self, product, text):
        """Return a typed quantity of a product as a number.

        :raise B2bError: it cannot be ordered; the sentence says which can
        """
        try:
            value = quantities.parse(
                text,
                digits=product._get_b2b_digits(),
                pack=product.b2b_pack_size,
                maximum=MAX_QUANTITY,
            )
        except quantities.QuantityError as error:
            raise B2bError(self._describe_b2b_quantity_error(product, error)) from error
        return float(value)  # Odoo's quantities are floats; the rounding of units is behind them

    @api.model
    def _describe_b2b_quantity_error(self, product, error):
        name, values = product.display_name, error.values
        sentences = {
            "number": self.env._(
                "Type the quantity of %(name)s as a number, such as 12.", name=name
            ),
            "negative": self.env._("The quantity of %(name)s cannot be negative.", name=name),
            "large": self.env._(
                "At most %(most)s of %(name)s can be ordered.", name=name, most=MAX_QUANTITY
            ),
            "whole": self.env._("%(name)s is sold in whole pieces.", name=name),
            "digits": self.env._("%(name)s: at most two decimals, please.", name=name),
        }
        if error.code == "pack":
            return self.env._(
                "%(name)s is sold in packs of %(pack)s: order %(lower)s or %(upper)s.",
                name=name,
                pack=f"{values['pack'].normalize():f}",
                lower=f"{values['lower'].normalize():f}",
                upper=f"{values['upper'].normalize():f}",
            )
        return sentences[error.code]

    def _write_b2b_details(self, member, values):
        """Write what the customer says about a cart: note, reference, wished date, address.

        :param values: texts as the form sends them, by field: ``note``, ``reference``,
            ``wished_date`` (ISO date), ``shipping_id``, ``carrier_id``, ``payment``; those left
            out stay as they are
        :raise B2bError: a text is too long, a date has passed, an address is not the customer's,
            a delivery method or a way to pay is not offered
        """
        self.ensure_one()
        written = {}
        if "note" in values:
            written["b2b_note"] = self._limit_b2b_text(values["note"], MAX_NOTE)
        if "reference" in values:
            written["client_order_ref"] = self._limit_b2b_text(values["reference"], MAX_REFERENCE)
        if "wished_date" in values:
            written["b2b_wished_date"] = self._parse_b2b_date(values["wished_date"])
        if values.get("shipping_id"):
            written["partner_shipping_id"] = self._find_b2b_address(
                member, values["shipping_id"]
            ).id
        self.write(written)
        if values.get("carrier_id"):
            self._set_b2b_carrier(values["carrier_id"])
        if values.get("payment"):
            self._set_b2b_payment(member, values["payment"])

    def _limit_b2b_text(self, text, length):
        text = (text or "").strip()
        if len(text) > length:
            raise B2bError(self.env._("Please shorten this text to %s characters.", length))
        return text or False

    def _parse_b2b_date(self, text):
        if not text:
            return False
        try:
            date = fields.Date.to_date(text)
        except ValueError as error:
            raise B2bError(self.env._("Choose the wished date from the calendar.")) from error
        if date < fields.Date.context_today(self):
            raise B2bError(self.env._("The wished date has passed; choose a later one."))
        return date

    @api.model
    def _get_b2b_addresses(self, member):
        """Return the saved shipping addresses of a member's company, as superuser."""
        # Superuser: addresses of the own company, found by portal's own domain.
        customer = member.customer_id.sudo()
        domain = customer._get_delivery_address_domain() & Domain("city", "!=", False)
        return customer.search(domain, order="id")

    def _find_b2b_address(self, member, address_id):
        """Return a saved address of the customer.

        :raise B2bError: it is not one of the customer's addresses, or no number at all
        """
        wanted = str(address_id)
        address = self._get_b2b_addresses(member).filtered(lambda found: str(found.id) == wanted)
        if not address:
            raise B2bError(self.env._("Choose one of your company's shipping addresses."))
        return address

    @api.model
    def _summarize_b2b_cart(self, member):
        """Return what the badge in the header says of a member's cart, with one query.

        :return: ``{"count": lines, "total": text, "quantities": {product id: quantity}}``, the
            total without tax
        """
        # Superuser: the member's own cart; customers have no right on lines that are no order.
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search_fetch(
                Domain("order_id", "any", self._get_b2b_cart_domain(member)),
                [
                    "product_id",
                    "product_uom_qty",
                    "price_subtotal",
                    "currency_id",
                    "display_type",
                    "is_delivery",
                    "is_downpayment",
                ],
                order="id",
            )
            .filtered(lambda line: line._is_b2b_article())
        )
        total = sum(lines.mapped("price_subtotal"))
        return {
            "count": len(lines),
            "total": lines.currency_id.format(total) if lines else "",
            "quantities": {line.product_id.id: line.product_uom_qty for line in lines},
        }

    def _refresh_b2b_cart(self, member):
        """Bring a cart to today's prices and the customer's present terms.

        :return: ``(products that are no longer available, names of products with a new price)``
        """
        self.ensure_one()
        before = {line.id: line.price_subtotal for line in self._get_b2b_lines()}
        pricelist = member.customer_id._get_b2b_pricelist(member.company_id)
        self.date_order = fields.Datetime.now()
        if self.pricelist_id != pricelist:
            self.pricelist_id = pricelist
        # The rules of all lines are read at once.
        rules = PageRules(self._get_b2b_lines().product_id)
        self.with_context(b2b_rules=rules)._recompute_prices()
        self._refresh_b2b_address(member)
        self._refresh_b2b_delivery()
        self._refresh_b2b_payment(member)
        changed = self._get_b2b_lines().filtered(
            lambda line: line.price_subtotal != before[line.id]
        )
        return self._get_b2b_unavailable(member), changed.product_id.mapped("display_name")

    def _get_b2b_unavailable(self, member):
        """Return the products of the lines that the customer may not order (any more)."""
        products = self._get_b2b_lines().product_id
        return products - member.customer_id._find_b2b_products(member.company_id, products.ids)

    def _clear_b2b_cart(self):
        """Take everything out of a cart; what its customer wrote about it stays."""
        self.write({"order_line": [Command.clear()]})
