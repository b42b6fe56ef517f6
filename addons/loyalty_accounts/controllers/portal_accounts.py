from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..const import PORTAL_PAGE
from ..exceptions import InvalidValue

#: Ids that fit into the database's column; greater ones are unknown pages.
ACCOUNT = "<int(max=2147483647):account_id>"
MIMETYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class LoyaltyPortal(CustomerPortal):
    """A customer's loyalty accounts; whose they are is decided by the model."""

    def _prepare_home_portal_values(self, counters):
        """Override of ``portal``: the number of accounts, where it is asked for."""
        values = super()._prepare_home_portal_values(counters)
        if "loyalty_account_count" in counters:
            values["loyalty_account_count"] = request.env[
                "loyalty.account"
            ]._count_portal_accounts()
        return values

    @http.route("/my/cards", type="http", auth="user", website=True, readonly=True)
    def portal_my_loyalty_accounts(self, **_kwargs):
        """List the accounts; show the only one at once."""
        accounts = request.env["loyalty.account"]._search_portal_accounts()
        if len(accounts) == 1:
            return request.redirect(f"/my/cards/{accounts.id}")
        values = self._prepare_portal_layout_values() | {
            "page_name": "loyalty_accounts",
            "cards": [account._prepare_portal_card() for account in accounts],
            "shop": request.env.company.name,
        }
        return request.render("loyalty_accounts.portal_my_accounts", values)

    @http.route(
        [f"/my/cards/{ACCOUNT}", f"/my/cards/{ACCOUNT}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_loyalty_account(self, account_id, page=1, date_begin="", date_end="", **_kwargs):
        """Show a card, its code and its movements."""
        account = request.env["loyalty.account"]._find_portal_account(account_id)
        if not account:
            return request.redirect("/my/cards")
        period, error = None, ""
        if date_begin or date_end:
            try:
                period = account._parse_portal_period(date_begin, date_end)
            except InvalidValue as refused:
                error = str(refused)
        return self._render_account(account, period, page, error)

    @http.route(
        f"/my/cards/{ACCOUNT}/statement.<any(pdf,xlsx):kind>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_loyalty_statement(self, account_id, kind, date_begin="", date_end="", **_kwargs):
        """Download a statement; of this year where no days are given."""
        account = self._get_account_or_404(account_id)
        try:
            period = account._parse_portal_period(date_begin, date_end)
            content = request.env["loyalty.statement"]._render(kind, account, period)
        except InvalidValue as refused:
            return self._render_account(account, None, 1, str(refused))
        name = "{}-{}-{}".format(request.env._("statement"), account.number, period[1])
        return self._send_file(content, kind, name)

    @http.route(
        f"/my/cards/{ACCOUNT}/card.pdf", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_loyalty_card(self, account_id, **_kwargs):
        """Download the card to print it."""
        account = self._get_account_or_404(account_id)
        return self._send_file(account._draw_cards(), "pdf", account.number)

    # === INTERNALS === #

    def _get_account_or_404(self, account_id):
        """Return the account; a stranger's is answered like one that does not exist."""
        account = request.env["loyalty.account"]._find_portal_account(account_id)
        if not account:
            raise NotFound
        return account

    def _render_account(self, account, period, page, error):
        url_args = {}
        if period:
            url_args = {"date_begin": str(period[0]), "date_end": str(period[1])}
        pager = portal_pager(
            url=f"/my/cards/{account.id}",
            url_args=url_args,
            total=account._count_portal_moves(period),
            page=page,
            step=PORTAL_PAGE,
        )
        offset = max(pager["offset"], 0)
        values = self._prepare_portal_layout_values() | {
            "page_name": "loyalty_account",
            "card": account._prepare_portal_page(),
            "code": account._get_portal_code(),
            "moves": account._read_portal_moves(period, offset=offset, limit=PORTAL_PAGE),
            "pager": pager,
            "error": error,
            "url_args": url_args,
        }
        return request.render("loyalty_accounts.portal_my_account", values)

    def _send_file(self, content, kind, name):
        filename = f"{name.replace('/', '-')}.{kind}"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", MIMETYPES[kind]),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
