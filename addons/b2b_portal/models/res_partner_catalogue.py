"""What a page of the catalogue shows; plain values, ready to be rendered."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import limited_field_access_token

from ..const import MAX_SEARCH, PAGE_SIZE

#: Ways to sort: the field, and whether from the greatest down.
ORDERS = {
    "name": ("name", False),
    "reference": ("default_code", False),
    "newest": ("create_date", True),
}
NO_IMAGE = "/b2b_portal/static/src/img/article.svg"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_catalogue(self, company, *, search="", category=0, sort="name", page=1):
        """Return one page of the customer's catalogue.

        :param search: words that all occur in name, reference or barcode
        :param category: id of a product category; those below it belong to it; 0 for all
        :param sort: ``name``, ``reference`` or ``newest``
        :param page: from 1; one past the end shows the last page
        :return: ``{"articles": [...], "total": articles, "page": shown page, "categories": [...]}``;
            see :meth:`_prepare_b2b_articles` and :meth:`_prepare_b2b_categories`
        """
        # Superuser: the gate is in the domains; portal users have no right on products.
        products = self.env["product.product"].sudo().with_company(company)
        wanted = self._get_b2b_sale_domain(company) & self._get_b2b_search_domain(search)
        domains = [wanted & part for part in self._get_b2b_parts(company)]
        counts, ids = self._read_b2b_page(products, domains, category, sort, page)
        categories = self._prepare_b2b_categories(counts)
        known = {row["id"]: row for row in categories}
        if category and category not in known:
            return self._get_b2b_catalogue(company, search=search, sort=sort, page=page)
        total = known[category]["count"] if category else sum(counts.values())
        if not ids and total:
            last = -(-total // PAGE_SIZE)
            return self._get_b2b_catalogue(
                company, search=search, category=category, sort=sort, page=last
            )
        return {
            "articles": self._prepare_b2b_articles(company, products.browse(ids)),
            "categories": categories,
            "category": category,
            "total": total,
            "page": page,
        }

    @api.model
    def _read_b2b_page(self, products, domains, category, sort, page):
        """Return ``({category id or None: articles}, [ids of the page])`` with one query.

        The gate is the dear part: it is evaluated once, for the counts and for the page.
        """
        field, descending = ORDERS.get(sort, ORDERS["name"])
        selects = [self._select_b2b_products(products, domain, field) for domain in domains]
        # Superuser and SQL: the domains are the gate; only ids and counts are read.
        ((counts, ids),) = self.env.execute_query(
            SQL(
                """
                WITH visible AS MATERIALIZED (%(visible)s)
                SELECT (SELECT json_agg(json_build_array(categ_id, articles))
                          FROM (SELECT categ_id, count(*) AS articles
                                  FROM visible GROUP BY categ_id) AS counted),
                       ARRAY(SELECT id FROM visible WHERE %(within)s
                              ORDER BY key %(direction)s, id %(direction)s
                              LIMIT %(limit)s OFFSET %(offset)s)
                """,
                visible=SQL(" UNION ").join(selects),
                within=self._get_b2b_category_condition(category),
                direction=SQL("DESC") if descending else SQL("ASC"),
                limit=PAGE_SIZE,
                offset=(max(page, 1) - 1) * PAGE_SIZE,
            )
        )
        return dict(counts or []), ids

    @api.model
    def _select_b2b_products(self, products, domain, field):
        """Return the SQL of a search that gives id, sort key and category."""
        query = products._search(domain, order="id")
        query.order = None
        return query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL("%s AS key", products._field_to_sql(query.table, field, query)),
            SQL("%s AS categ_id", products._field_to_sql(query.table, "categ_id", query)),
        )

    @api.model
    def _get_b2b_category_condition(self, category):
        """Return the SQL condition of a page: in a category or below; TRUE for an unknown one."""
        # Superuser: the id comes from the address; only whether it exists is used.
        found = self.env["product.category"].sudo()
        if not category or not (found := found.search([("id", "=", category)])):
            return SQL("TRUE")
        below = found._search([("id", "child_of", found.ids)], order="id")
        return SQL("categ_id IN %s", below.subselect())

    @api.model
    def _get_b2b_search_domain(self, search):
        """Return the Domain of a search by words in name, reference or barcode."""
        domain = Domain.TRUE
        for word in (search or "")[:MAX_SEARCH].split():
            domain &= Domain.OR(
                [
                    Domain("name", "ilike", word),
                    Domain("default_code", "ilike", word),
                    Domain("barcode", "=ilike", f"{word}%"),
                ]
            )
        return domain

    @api.model
    def _prepare_b2b_categories(self, counts):
        """Return ``[{"id", "name", "depth", "count"}]`` of categories that hold articles.

        Those above them are listed, too; a count includes the categories below.

        :param counts: ``{category id or None: articles directly in it}``
        """
        # Superuser: names of categories that hold articles of the customer.
        categories = self.env["product.category"].sudo().browse(filter(None, counts))
        totals = {}
        for category in categories:
            for above in category.parent_path.split("/")[:-1]:
                totals[int(above)] = totals.get(int(above), 0) + counts[category.id]
        categories = categories.browse(totals)
        return [
            {
                "id": category.id,
                "name": category.name,
                "depth": category.parent_path.count("/") - 1,
                "count": totals[category.id],
            }
            for category in categories.sorted("complete_name")
        ]

    def _prepare_b2b_articles(self, company, products):
        """Return a dictionary for each product, in the order given.

        Keys: ``id``, ``name``, ``reference``, ``image`` (address), ``unit``, ``pack`` (0 for any
        quantity), ``price`` and ``breaks`` (see :meth:`_get_b2b_prices`), ``stock`` (see
        :meth:`_get_b2b_stock`).
        """
        prices = self._get_b2b_prices(company, products)
        pictured = self._get_b2b_pictured(products)
        stock = self._get_b2b_stock(company, products)
        return [
            {
                "id": product.id,
                "name": product.with_context(display_default_code=False).display_name,
                "reference": product.default_code or "",
                "image": self._get_b2b_image(product) if product.id in pictured else NO_IMAGE,
                "unit": product.uom_id.name,
                "pack": product.b2b_pack_size,
                "step": product.b2b_pack_size or (1 if not product._get_b2b_digits() else "any"),
                "stock": stock[product.id],
                **prices[product.id],
            }
            for product in products
        ]

    @api.model
    def _get_b2b_image(self, product, field="image_128"):
        """Return the address of a product's picture, with a token that opens this picture only."""
        token = limited_field_access_token(product, field, scope="binary")
        return f"/web/image/product.product/{product.id}/{field}?access_token={token}"

    @api.model
    def _get_b2b_pictured(self, products):
        """Return the ids of the products that have a picture, with one query.

        The others get a drawing from the server's static files: no request to Odoo for each.
        """
        # Superuser: whether there is a picture, of products the caller may see.
        attachments = self.env["ir.attachment"].sudo()
        domain = Domain("res_field", "in", ["image_1920", "image_variant_1920"]) & (
            Domain("res_model", "=", "product.template")
            & Domain("res_id", "in", products.product_tmpl_id.ids)
            | Domain("res_model", "=", "product.product") & Domain("res_id", "in", products.ids)
        )
        owners = set(attachments.search(domain).mapped(lambda one: (one.res_model, one.res_id)))
        return {
            product.id
            for product in products
            if ("product.product", product.id) in owners
            or ("product.template", product.product_tmpl_id.id) in owners
        }

    @api.model
    def _get_b2b_stock(self, company, products):
        """Return ``{product id: None, or {"available": bool, "quantity": number or None}}``.

        None where nothing is said: by setting, or because no stock is kept of the product.
        """
        if company.b2b_availability == "none":
            return dict.fromkeys(products.ids)
        kept = products.filtered("is_storable")
        free = self._get_b2b_free_quantities(company, kept)
        exact = company.b2b_availability == "quantity"
        return {
            product.id: {
                "available": free[product.id] > 0,
                "quantity": max(free[product.id], 0) if exact else None,
            }
            if product in kept
            else None
            for product in products
        }

    @api.model
    def _get_b2b_free_quantities(self, company, products):
        """Return ``{product id: quantity}``: on hand in the company's places and not reserved.

        It is core's ``free_qty`` with one query instead of six.
        """
        # Superuser: a sum over places that customers have no right on.
        quants = self.env["stock.quant"].sudo()
        domain = Domain("product_id", "in", products.ids) & Domain("company_id", "=", company.id)
        sums = quants._read_group(
            domain & Domain("location_id.usage", "=", "internal"),
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        free = {product.id: quantity - reserved for product, quantity, reserved in sums}
        return {product.id: free.get(product.id, 0) for product in products}
