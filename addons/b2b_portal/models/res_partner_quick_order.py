"""Which article a customer means by a number: asked of what the gate shows, and of nothing else."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import quick_order


class ResPartner(models.Model):
    _inherit = "res.partner"

    b2b_article_number_ids = fields.One2many(
        comodel_name="b2b.article.number",
        inverse_name="customer_id",
        string="Own article numbers",
        groups="sales_team.group_sale_salesman",
        help="Numbers under which the customer knows articles, for the quick order.",
    )

    def _match_b2b_numbers(self, company, numbers):
        """Return ``{number: products}`` of article numbers as a customer wrote them.

        A number is the customer's own, a reference or a barcode, whatever its case. No product:
        unknown, or not shown to this customer, which nobody can tell apart. Several: they share
        the number, and the customer has to choose. Three queries, however many numbers.
        """
        keys = {number: quick_order.normalise(number) for number in numbers}
        wanted = set(keys.values()) - {""}
        own = self.env["b2b.article.number"]._find_b2b_products(self, wanted)
        own_ids = [product.id for product in own.values()]
        # Superuser: the gate is in the domain; portal users have no right on products.
        products = self.env["product.product"].sudo().with_company(company)
        shown = products.search(
            self._get_b2b_product_domain(company)
            & (Domain("id", "in", own_ids) | self._get_b2b_number_domain(wanted))
        )
        by_number = {}
        for product in shown:
            for number in {product.default_code, product.barcode} - {False}:
                key = quick_order.normalise(number)
                by_number[key] = by_number.get(key, products) | product
        by_number.update({key: product for key, product in own.items() if product in shown})
        # What is read of one article afterwards is read of all at once.
        return {
            number: by_number.get(key, products).with_prefetch(shown._prefetch_ids)
            for number, key in keys.items()
        }

    def _get_b2b_number_domain(self, keys):
        """Return the Domain of products whose reference or barcode is one of the keys."""

        def is_one_of(column):
            def to_sql(model, alias, query):
                field = model._field_to_sql(alias, column, query)
                return SQL("lower(%s) = ANY(%s)", field, list(keys))

            return Domain.custom(to_sql=to_sql)

        return is_one_of("default_code") | is_one_of("barcode")
