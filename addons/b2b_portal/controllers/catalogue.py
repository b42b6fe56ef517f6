from odoo import http

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import MAX_SEARCH, PAGE_SIZE
from .pages import b2b_page, render


class B2bCatalogue(http.Controller):
    """The catalogue: the landing page of business customers."""

    @http.route(
        ["/b2b", f"/b2b/page/{PAGE}"], type="http", auth="user", website=True, readonly=True
    )
    @b2b_page(preview=True)
    def b2b_catalogue(self, member, page=1, search="", category="", sort="name", **_kwargs):
        """Show a page of the articles the customer may see."""
        search = search.strip()[:MAX_SEARCH]
        category = int(category) if category.isdecimal() and len(category) < 10 else 0
        catalogue = member.customer_id._get_b2b_catalogue(
            member.company_id, search=search, category=category, sort=sort, page=page
        )
        shown = {"search": search, "category": catalogue["category"], "sort": sort}
        return render(
            "b2b_portal.catalogue",
            member,
            catalogue=catalogue,
            **shown,
            currency=member.customer_id._get_b2b_currency(member.company_id),
            pager=make_pager("/b2b", catalogue["total"], catalogue["page"], PAGE_SIZE, **shown),
        )

    @http.route(
        f"/b2b/product/{RECORD % 'product_id'}",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @b2b_page(preview=True)
    def b2b_product(self, member, product_id, **_kwargs):
        """Show one article; the same answer for one that is hidden and one that is not there."""
        customer, company = member.customer_id, member.company_id
        product = require(customer._find_b2b_products(company, [product_id]))
        return render(
            "b2b_portal.product",
            member,
            product=product,
            article=customer._prepare_b2b_articles(company, product)[0],
            image=customer._get_b2b_image(product, "image_512"),
            currency=customer._get_b2b_currency(company),
        )
