from odoo import http

from odoo.addons.portal_guard.pages import PAGE, make_pager

from ..const import LIST_SIZE, MAX_SEARCH
from .downloads import send_sales
from .pages import consignor_page, render

SALES = "/consign/<string:number>/sales"


class ConsignSales(http.Controller):
    """What was sold for a consignor, and whether it was paid out."""

    @http.route(
        [SALES, f"{SALES}/page/{PAGE}"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_sales(self, consignor, page=1, search="", begin="", end="", **_kwargs):
        """Show the sales of a period, with their totals."""
        period = consignor._read_period(begin, end)
        domain = consignor._get_sales_domain(search, *period)
        count, sold, amount, own = consignor._sum_sales(domain)
        begin, end = (str(day or "") for day in period)
        address = f"/consign/{consignor.shop_id.number}/sales"
        pager = make_pager(address, count, page, LIST_SIZE, search=search, begin=begin, end=end)
        return render(
            "consignment_portal.sales",
            consignor.shop_id,
            consignor=consignor,
            sales=consignor._list_sales(domain, pager["page"]["num"]),
            count=count,
            sold=sold,
            amount=amount,
            own=own,
            pager=pager,
            search=search[:MAX_SEARCH],
            begin=begin,
            end=end,
        )

    @http.route(
        f"{SALES}.xlsx", type="http", auth="public", website=True, sitemap=False, readonly=True
    )
    @consignor_page
    def consign_sales_xlsx(self, consignor, search="", begin="", end="", **_kwargs):
        """Download all sales that the page with the same search shows."""
        period = consignor._read_period(begin, end)
        return send_sales(consignor, consignor._get_sales_domain(search, *period))
