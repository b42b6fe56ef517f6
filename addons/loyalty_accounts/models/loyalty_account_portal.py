import base64
from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_time

from ..exceptions import InvalidValue
from ..report import codes
from ..rules import periods, symbols
from ..rules.errors import RuleError

#: Where a portal user sees a document, by its model.
DOCUMENT_PAGES = {"sale.order": "/my/orders/%s", "account.move": "/my/invoices/%s"}


class LoyaltyAccount(models.Model):
    """What customers see of their accounts.

    They have no right on the ledger's models: a record rule would open every field over RPC, those
    of other modules included, related fields of the partner, messages and attachments of the
    staff. Instead, these methods find a customer's accounts by one domain and return plain values.
    """

    _inherit = "loyalty.account"

    # === WHOSE ACCOUNTS === #

    @api.model
    def _get_portal_domain(self):
        """Accounts of the current user and of the company they are a contact of.

        Not those of other contacts of that company: a colleague's card is private.
        """
        partner = self.env.user.partner_id
        holders = partner | partner.commercial_partner_id
        return Domain("partner_id", "in", holders.ids) & Domain("active", "=", True)

    @api.model
    def _search_portal_accounts(self, domain=Domain.TRUE):
        """Return the current user's accounts as superuser: to be read here, not handed out."""
        # Superuser, because customers have no right on accounts; the domain is theirs.
        return self.sudo().search(
            self._get_portal_domain() & Domain(domain), order="company_id, name, id"
        )

    @api.model
    def _count_portal_accounts(self):
        """Return how many accounts the current user sees."""
        # Superuser: see above.
        return self.sudo().search_count(self._get_portal_domain())

    @api.model
    def _find_portal_account(self, account_id):
        """Return one of the current user's accounts as superuser, or no record."""
        return self._search_portal_accounts([("id", "=", account_id)])

    # === THE CARD === #

    def _prepare_portal_card(self):
        """What the page shows of an account: text, ready to be printed, and a few facts."""
        self.ensure_one()
        company = self.company_id
        colour = company.loyalty_card_color
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "holder": self.partner_id.name,
            "establishment": company.name,
            "phone": company.phone,
            "email": company.email,
            "logo": "" if company.uses_default_logo else f"/logo.png?company={company.id}",
            "colour": colour,
            "ink": symbols.legible_on(colour),
            "state": self.state,
            "discount": f"{self.discount:g}",
            "valid_until": self._format_portal_day(self.expiry_date),
            **self._prepare_portal_amounts(),
        }

    def _prepare_portal_page(self):
        """Hook: what the page of one account shows besides."""
        return self._prepare_portal_card()

    def _prepare_portal_amounts(self):
        amounts = {
            name: self._format_portal_amount(self[name]) for name in ("balance", "available")
        }
        for name in ("held", "debt", "next_expiry_amount"):
            amounts[name] = self._format_portal_amount(self[name]) if self[name] else ""
        amounts["next_expiry_day"] = self._format_portal_day(self.next_expiry_date)
        return amounts

    def _get_portal_code(self):
        """The code: ``src``, the address of a picture, and whether it is ``square``.

        The picture lies in the page itself: it needs no route of its own, and is still there when
        the phone is offline at the till.
        """
        code = self._get_code()
        picture = base64.b64encode(codes.picture(code)).decode()
        return {"src": f"data:image/png;base64,{picture}", "square": code.is_square}

    def _format_portal_amount(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _format_portal_day(self, day):
        return format_date(self.env, day, date_format="long") if day else ""

    # === MOVEMENTS === #

    def _get_portal_zone(self):
        """Time zone of the user, else of the establishment."""
        return timezone(self.env.user.tz or self.company_id.partner_id.tz or "UTC")

    def _parse_portal_period(self, first, last):
        """Return the days of a period that a customer typed, see ``rules.periods``.

        :raise InvalidValue: they are no days, or reversed
        """
        today = datetime.now(self._get_portal_zone()).date()
        try:
            return periods.parse(first, last, today)
        except RuleError as error:
            raise InvalidValue(self._describe_rule_error(error)) from error

    def _get_portal_bounds(self, first, last):
        """Return when a period begins and ends, in UTC; the end is not in it."""
        zone = self._get_portal_zone()
        return tuple(
            zone.localize(datetime.combine(day, time.min)).astimezone(utc).replace(tzinfo=None)
            for day in (first, fields.Date.add(last, days=1))
        )

    def _get_portal_moves_domain(self, period=None):
        """Movements that changed the balance; reservations did not.

        :param period: first and last day
        """
        domain = Domain("account_id", "=", self.id) & Domain("amount", "!=", 0)
        if period:
            begin, end = self._get_portal_bounds(*period)
            domain &= Domain("date", ">=", begin) & Domain("date", "<", end)
        return domain

    def _count_portal_moves(self, period=None):
        moves = self.env["loyalty.account.move"]
        return moves.search_count(self._get_portal_moves_domain(period))

    def _read_portal_moves(self, period=None, offset=0, limit=None):
        """Return a page of movements as plain values, the newest first."""
        moves = self.env["loyalty.account.move"].search(
            self._get_portal_moves_domain(period), order="seq desc", offset=offset, limit=limit
        )
        pages = self._get_portal_document_pages(moves)
        return [
            {
                **self._prepare_portal_move(move),
                "page": pages.get((move.document_model, move.document_id)),
            }
            for move in moves
        ]

    def _localise_portal_moment(self, moment):
        """Return a moment as clocks showed it where the user is."""
        return utc.localize(moment).astimezone(self._get_portal_zone()).replace(tzinfo=None)

    def _prepare_portal_move(self, move):
        moment = self._localise_portal_moment(move.date)
        kinds = dict(move._fields["kind"]._description_selection(self.env))
        return {
            "kind": kinds[move.kind],
            "document": move.document_name or "",
            "establishment": move.company_id.name,
            "day": format_date(self.env, moment.date(), date_format="medium"),
            "time": format_time(self.env, moment.time(), time_format="short"),
            "amount": self._format_portal_amount(move.amount),
            "balance": self._format_portal_amount(move.balance_after),
            "incoming": move.amount > 0,
        }

    def _get_portal_document_pages(self, moves):
        """Return ``{(model, id): address}`` of documents that the user may see."""
        found = {}
        for model, address in DOCUMENT_PAGES.items():
            ids = {move.document_id for move in moves if move.document_model == model}
            # No longer superuser: the documents' own rules decide.
            documents = self.env[model].sudo(False)
            if ids and documents.has_access("read"):
                for document in documents.search([("id", "in", list(ids))]):
                    found[model, document.id] = address % document.id
        return found
