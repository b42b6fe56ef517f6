from odoo import models

from odoo.addons.integrator_api.exceptions import InvalidArgument
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Text, Whole
from odoo.addons.loyalty_accounts.exceptions import MovementRefused

from .integrator_api import FINDING, NUMBER


class IntegratorApi(models.AbstractModel):
    """The movements of a card, in pieces."""

    _inherit = "integrator.api"

    @operation(
        "loyalty",
        NUMBER,
        Text("since", "next of the answer before; nothing: from the first one", default="0"),
        Whole("limit", "movements at most", most=500, default=100),
        answer="number, currency, moves (a list of move, seq, date, kind, amount, balance, held, "
        "debt, document, note), next, more (whether there are more already)",
        errors={**FINDING, "movement_refused": "the card is a partner's, who alone tells them"},
    )
    def loyalty_statement(self, number, since, limit):
        """List a card's movements, the oldest first, from where the last answer ended.

        Movements of a card are numbered under its lock: a smaller number is never committed after
        a larger one, so that nothing can be missed.
        """
        account = self.env["loyalty.api"]._get_account(number)
        if account.company_id != self.env.company:
            raise MovementRefused(
                self.env._("This card is a partner's: ask there for its movements.")
            )
        if not (since.isascii() and since.isdigit() and len(since) < 10):
            raise InvalidArgument(self.env._("since must be the next of an answer before."))
        domain = [("account_id", "=", account.id), ("seq", ">", int(since))]
        moves = self.env["loyalty.account.move"].search(domain, order="seq", limit=limit + 1)
        page = moves[:limit]
        return {
            "number": account.number,
            "currency": account.currency_id.name,
            "moves": [self._tell_statement_line(move) for move in page],
            "next": str(page[-1:].seq or int(since)),
            "more": len(moves) > limit,
        }

    def _tell_statement_line(self, move):
        digits = move.currency_id.decimal_places
        return {
            "move": move.id,
            "seq": move.seq,
            "date": plain.moment(move.date),
            "kind": move.kind,
            "amount": plain.money(move.amount, digits),
            "balance": plain.money(move.balance_after, digits),
            "held": plain.money(move.held_after, digits),
            "debt": plain.money(move.debt_after, digits),
            "document": move.document_name or "",
            "note": move.note or "",
        }
