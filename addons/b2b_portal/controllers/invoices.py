from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import LIST_SIZE, MAX_SEARCH
from .pages import b2b_page, render


class B2bInvoices(http.Controller):
    """Invoices and credit notes: the list, and one of them."""

    @http.route(
        ["/b2b/invoices", f"/b2b/invoices/page/{PAGE}"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @b2b_page
    def b2b_invoices(self, member, page=1, search="", state="", **_kwargs):
        """Show a page of invoices, the newest first, and what is open."""
        # Superuser: the domain is what the member may see; a page needs no other rights.
        invoices = request.env["account.move"].sudo().with_company(member.company_id)
        shown = {"search": search.strip()[:MAX_SEARCH], "state": state}
        domain = invoices._get_b2b_list_domain(member, **shown)
        total = invoices.search_count(domain)
        pager = make_pager("/b2b/invoices", total, page, LIST_SIZE, **shown)
        return render(
            "b2b_portal.invoices",
            member,
            invoices=invoices.search(
                domain,
                order="invoice_date desc, id desc",
                offset=pager["offset"],
                limit=LIST_SIZE,
            ),
            total=total,
            pager=pager,
            **shown,
        )

    @http.route(
        f"/b2b/invoices/{RECORD % 'invoice_id'}",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @b2b_page
    def b2b_invoice_page(self, member, invoice_id, **_kwargs):
        """Show one invoice; the same answer for one that is hidden and one that is not there."""
        invoice = require(request.env["account.move"]._find_b2b_invoice(member, invoice_id))
        return render(
            "b2b_portal.invoice",
            member,
            invoice=invoice,
            payments=invoice._get_b2b_payments(),
        )
