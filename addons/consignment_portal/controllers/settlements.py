from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import LIST_SIZE
from .downloads import send_xlsx
from .pages import consignor_page, render

SETTLEMENTS = "/consign/<string:number>/settlements"
SETTLEMENT = f"{SETTLEMENTS}/{RECORD % 'settlement_id'}"


class ConsignSettlements(http.Controller):
    """What a consignor was owed and paid, once the shop confirmed it."""

    @http.route(
        [SETTLEMENTS, f"{SETTLEMENTS}/page/{PAGE}"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_settlements(self, consignor, page=1, **_kwargs):
        """Show the consignor's settlements, the latest first."""
        settlements = consignor.env["consignment.settlement"]
        domain = consignor._get_settlements_domain()
        address = f"/consign/{consignor.shop_id.number}/settlements"
        pager = make_pager(address, settlements.search_count(domain), page, LIST_SIZE)
        return render(
            "consignment_portal.settlements",
            consignor.shop_id,
            consignor=consignor,
            settlements=settlements.search(domain, limit=LIST_SIZE, offset=pager["offset"]),
            pager=pager,
        )

    @http.route(
        [SETTLEMENT, f"{SETTLEMENT}/page/{PAGE}"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_settlement(self, consignor, settlement_id, page=1, **_kwargs):
        """Show one settlement with its lines."""
        settlement = require(consignor._find_settlement(settlement_id))
        lines = consignor.env["consignment.settlement.line"]
        domain = [("settlement_id", "=", settlement.id)]
        address = f"/consign/{consignor.shop_id.number}/settlements/{settlement.id}"
        pager = make_pager(address, lines.search_count(domain), page, LIST_SIZE)
        return render(
            "consignment_portal.settlement",
            consignor.shop_id,
            consignor=consignor,
            settlement=settlement,
            lines=lines.search(domain, limit=LIST_SIZE, offset=pager["offset"]),
            pager=pager,
        )

    @http.route(
        f"{SETTLEMENT}.pdf", type="http", auth="public", website=True, sitemap=False, readonly=True
    )
    @consignor_page
    def consign_settlement_pdf(self, consignor, settlement_id, **_kwargs):
        """Download the statement to print it."""
        settlement = require(consignor._find_settlement(settlement_id))
        # Superuser, as the settlement is: what may be printed was found for this consignor.
        content, _kind = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("consignment_portal.report_settlement", settlement.ids)
        )
        name = f"{settlement.name.replace('/', '-')}.pdf"
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "private, no-store"),
            ],
        )

    @http.route(
        f"{SETTLEMENT}.xlsx", type="http", auth="public", website=True, sitemap=False, readonly=True
    )
    @consignor_page
    def consign_settlement_xlsx(self, consignor, settlement_id, **_kwargs):
        """Download the statement as a spreadsheet."""
        return self._send(require(consignor._find_settlement(settlement_id)))

    @http.route(
        f"/consignment_portal/settlement/{RECORD % 'settlement_id'}.xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def settlement_xlsx(self, settlement_id):
        """Download a statement as staff, whose own rights decide."""
        settlement = request.env["consignment.settlement"].search([("id", "=", settlement_id)])
        return self._send(require(settlement))

    @http.route(
        f"/consignment_portal/payout/{RECORD % 'payout_id'}.xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def payout_xlsx(self, payout_id):
        """Download the list of payments of a payout, as far as one's own rights go."""
        payout = require(request.env["consignment.payout"].search([("id", "=", payout_id)]))
        env = request.env
        rows = (
            (
                settlement.payee_id.partner_id.name,
                settlement.payee_id.iban,
                settlement.amount_total,
                f"{payout.name} {settlement.name}",
            )
            for settlement in payout._get_paid().sorted("id")
        )
        header = (
            env._("Payee"),
            env._("IBAN"),
            env._("Amount (%s)", payout.currency_id.name),
            env._("Reference"),
        )
        return send_xlsx(payout.name.replace("/", "-"), header, rows, money=(2,))

    def _send(self, settlement):
        env = request.env
        lines = (
            (
                line.date,
                line.label,
                line.sold_amount if line.kind == "sale" else None,
                line.share if line.kind == "sale" else None,
                line.amount,
            )
            for line in settlement.line_ids
        )
        totals = (
            (None, label, None, None, amount)
            for label, amount in (
                *settlement._get_amounts(),
                (env._("Total (%s)", settlement.currency_id.name), settlement.amount_total),
            )
        )
        header = (
            env._("Date"),
            env._("Article"),
            env._("Sold for"),
            env._("Share (%)"),
            env._("Amount"),
        )
        name = (settlement.name or env._("preview")).replace("/", "-")
        return send_xlsx(name, header, (*lines, *totals), money=(2, 4), dates=(0,))
