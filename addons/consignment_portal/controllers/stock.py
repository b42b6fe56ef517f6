from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import LIST_SIZE, MAX_SEARCH, STOCK_FILTERS
from .downloads import send_articles
from .pages import consignor_page, render

STOCK = "/consign/<string:number>/stock"
PHOTO = f"/consign/<string:number>/photo/{RECORD % 'article_id'}"
#: Photos in lists, and on the page of one article.
PHOTO_FIELDS = {"small": "image_256", "large": "image_1024"}


class ConsignStock(http.Controller):
    """The articles of a consignor, and their photos."""

    @http.route(
        [STOCK, f"{STOCK}/page/{PAGE}"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_stock(self, consignor, page=1, search="", shown="shop", **_kwargs):
        """Show the articles that are searched for, with their number and value."""
        shown = shown if shown in STOCK_FILTERS else "shop"
        domain = consignor._get_articles_domain(search, shown)
        count, value = consignor._sum_articles(domain)
        address = f"/consign/{consignor.shop_id.number}/stock"
        pager = make_pager(address, count, page, LIST_SIZE, search=search, shown=shown)
        articles = consignor._list_articles(domain, pager["page"]["num"])
        return render(
            "consignment_portal.stock",
            consignor.shop_id,
            consignor=consignor,
            articles=articles,
            pictured=consignor._get_pictured(articles),
            count=count,
            value=value,
            pager=pager,
            search=search[:MAX_SEARCH],
            shown=shown,
        )

    @http.route(
        f"{STOCK}.xlsx", type="http", auth="public", website=True, sitemap=False, readonly=True
    )
    @consignor_page
    def consign_stock_xlsx(self, consignor, search="", shown="shop", **_kwargs):
        """Download all articles that the page with the same search shows."""
        domain = consignor._get_articles_domain(search, shown if shown in STOCK_FILTERS else "shop")
        return send_articles(consignor, domain)

    @http.route(PHOTO, type="http", auth="public", website=True, sitemap=False, readonly=True)
    @consignor_page
    def consign_photo(self, consignor, article_id, size="small", **_kwargs):
        """Show the photo of an own article; the browser may keep it, nobody in between."""
        article = require(consignor._find_article(article_id=article_id))
        field = PHOTO_FIELDS.get(size, PHOTO_FIELDS["small"])
        require(article[field])
        stream = request.env["ir.binary"]._get_stream_from(article, field)
        response = stream.get_response()
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response
