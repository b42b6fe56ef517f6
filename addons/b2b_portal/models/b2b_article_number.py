from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import quick_order


class B2bArticleNumber(models.Model):
    """A number under which a business customer knows one of the shop's articles."""

    _name = "b2b.article.number"
    _description = "Customer's own article number"
    _order = "customer_id, key"
    _rec_name = "number"

    customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Business customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
        help="Whose number it is; all employees of the customer order by it.",
    )
    number = fields.Char(
        required=True,
        size=64,
        help="The number as the customer writes it in lists for the quick order.",
    )
    key = fields.Char(
        compute="_compute_key",
        store=True,
        precompute=True,
        help="The number without case and spare spaces: how lists are compared with it.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        index=True,
        ondelete="cascade",
        help="What the customer means by it. The customer orders it only while they may see it.",
    )

    _number_unique = models.UniqueIndex(
        "(customer_id, key)", "This customer uses this number for an article already."
    )
    _key_not_empty = models.Constraint("CHECK (key <> '')", "An article number cannot be empty.")

    @api.depends("number")
    def _compute_key(self):
        for record in self:
            record.key = quick_order.normalise(record.number)

    @api.model
    def _find_b2b_products(self, customer, keys):
        """Return ``{key: product}`` of a customer's own numbers; the gate has not been asked."""
        # Superuser: customers have no right on this model; these are their own rows.
        numbers = self.sudo().search(
            Domain("customer_id", "=", customer.id) & Domain("key", "in", list(keys))
        )
        return {number.key: number.product_id for number in numbers}

    @api.model
    def _remember(self, customer, chosen):
        """Keep which product a customer means by a number; a later choice replaces an earlier.

        :param chosen: ``{number as typed: product id}`` of products the customer may see
        """
        wanted = {quick_order.normalise(number): (number, chosen[number]) for number in chosen}
        # Superuser: see _find_b2b_products.
        known = self.sudo().search(
            Domain("customer_id", "=", customer.id) & Domain("key", "in", list(wanted))
        )
        for number in known:
            number.product_id = wanted.pop(number.key)[1]
        # Superuser: see _find_b2b_products.
        self.sudo().create(
            [
                {"customer_id": customer.id, "number": number, "product_id": product_id}
                for number, product_id in wanted.values()
            ]
        )
