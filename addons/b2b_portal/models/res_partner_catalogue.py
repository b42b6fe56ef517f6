"""What a page of the catalogue shows; plain values, ready to be rendered."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import limited_field_access_token

from ..const import MAX_SEARCH, PAGE_SIZE

ORDERS = {
    "name": "name, id",
    "reference": "default_code, id",
    "newest": "create_date desc, id desc",
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
        # Superuser: the gate is in the domain; portal users have no right on products.
        products = self.env["product.product"].sudo().with_company(company)
        domain = self._get_b2b_product_domain(company) & self._get_b2b_search_domain(search)
        counts = products._read_group(domain, ["categ_id"], ["__count"])
        categories = self._prepare_b2b_categories(counts)
        known = {row["id"]: row for row in categories}
        if category in known:
            domain &= Domain("categ_id", "child_of", category)
            total = known[category]["count"]
        else:
            category, total = 0, sum(count for _category, count in counts)
        page = max(1, min(page, -(-total // PAGE_SIZE)))
        shown = products.search(
            domain, order=ORDERS.get(sort, ORDERS["name"]), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
        )
        return {
            "articles": self._prepare_b2b_articles(company, shown),
            "categories": categories,
            "category": category,
            "total": total,
            "page": page,
        }

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

        :param counts: ``[(category, number of articles directly in it)]``
        """
        totals = {}
        for category, count in counts:
            # Products need no category; they are found under "all".
            for above in (category.parent_path or "").split("/")[:-1]:
                totals[int(above)] = totals.get(int(above), 0) + count
        # Superuser: names of categories that hold articles of the customer.
        categories = self.env["product.category"].sudo().browse(totals)
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
        free = dict(zip(kept.ids, kept.mapped("free_qty"), strict=True))
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
