from odoo import models

from odoo.addons.integrator_api.exceptions import NotFound
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Amount, Text, Whole
from odoo.addons.loyalty_accounts.exceptions import RequestConflict

NUMBER = Text("number", "card number, as scanned or typed", longest=64)
AMOUNT = Amount("amount", "in the card's currency")
NOTE = Text("note", "reason, kept with the movement", longest=500, default=None)
PIN = Text("pin", "the card's, where the company asks for it", longest=8, default=None)
BILL = Amount("bill", "value of the whole bill, of which credit may pay a share only", default=None)

MOVE = "move, hold, number, kind, amount (change of the balance), balance, held, available, debt"
FINDING = {
    "account_not_found": "no card of this number is honoured here",
    "card_replaced": "the card was replaced by another one",
    "too_many_guesses": "too many unknown numbers; wait some minutes",
}
MOVING = {
    **FINDING,
    "invalid_value": "the amount has more decimals than the currency, or is too large",
    "account_unusable": "the card is blocked, expired or archived",
}
SPENDING = {
    **MOVING,
    "insufficient_credit": "the card has less than that available",
    "pin_refused": "the PIN is needed, wrong, or was wrong too often",
}
REFERRING = {
    "invalid_value": "the amount has more decimals than the currency, or is too large",
    "account_unusable": "the card is blocked, expired or archived",
    "movement_refused": "there is no such movement here, or it cannot be used for this",
}


class IntegratorApi(models.AbstractModel):
    """Cards. Everything is done by ``loyalty.api``; request ids are the ledger's."""

    _inherit = "integrator.api"

    # === READING === #

    @operation(
        "loyalty",
        NUMBER,
        answer="number, name, state (usable, expired, blocked, archived), discount (percent), "
        "credit_rate, expiry_date, currency, balance, held, available, debt",
        errors=FINDING,
    )
    def loyalty_find(self, number):
        """Find a card by its number, with its terms and its credit."""
        found = self.env["loyalty.api"].find(number)
        digits = self._get_digits(found["currency"])
        return {
            "number": found["number"],
            "name": found["name"],
            "state": found["state"],
            "discount": plain.number(found["discount"]),
            "credit_rate": plain.number(found["credit_rate"]),
            "expiry_date": found["expiry_date"] or "",
            "currency": found["currency"],
            **self._tell_credit(found, digits),
        }

    @operation(
        "loyalty",
        NUMBER,
        answer="number, currency, balance, held, available, debt",
        errors=FINDING,
    )
    def loyalty_balance(self, number):
        """Tell what is on a card."""
        found = self.env["loyalty.api"].find(number)
        return {
            "number": found["number"],
            "currency": found["currency"],
            **self._tell_credit(found, self._get_digits(found["currency"])),
        }

    # === MOVING CREDIT === #

    @operation(
        "loyalty", NUMBER, AMOUNT, PIN, BILL, NOTE, answer=MOVE, errors=SPENDING, request="passed"
    )
    def loyalty_charge(self, **arguments):
        """Pay with a card's credit."""
        return self._tell_move(self.env["loyalty.api"].charge(**arguments))

    @operation(
        "loyalty",
        NUMBER,
        AMOUNT,
        Whole("minutes", "after which it is released by itself", most=10080),
        PIN,
        BILL,
        NOTE,
        answer=MOVE,
        errors=SPENDING,
        request="passed",
    )
    def loyalty_hold(self, **arguments):
        """Reserve credit for some minutes."""
        return self._tell_move(self.env["loyalty.api"].hold(**arguments))

    @operation(
        "loyalty",
        Whole("hold", "as loyalty_hold answered"),
        AMOUNT,
        NOTE,
        answer=MOVE,
        errors={**REFERRING, "insufficient_credit": "less than that is reserved"},
        request="passed",
    )
    def loyalty_capture(self, hold, amount, request_id, note):
        """Pay with reserved credit; the rest stays reserved."""
        return self._tell_move(self.env["loyalty.api"].capture(hold, amount, request_id, note))

    @operation(
        "loyalty",
        Whole("hold", "as loyalty_hold answered"),
        answer=f"{MOVE}; or move 0 where nothing was reserved any more",
        errors=REFERRING,
        request="passed",
    )
    def loyalty_release(self, hold, request_id):
        """Give back what is still reserved."""
        released = self.env["loyalty.api"].release(hold, request_id)
        return self._tell_move(released) if released else {"move": 0, "hold": hold}

    @operation(
        "loyalty",
        Whole("move", "of the payment, as loyalty_charge or loyalty_capture answered"),
        Amount("amount", "nothing: all that is left of the payment", default=None),
        NOTE,
        answer=MOVE,
        errors=REFERRING,
        request="passed",
    )
    def loyalty_refund(self, move, request_id, amount, note):
        """Give spent credit back to its card."""
        return self._tell_move(self.env["loyalty.api"].refund(move, request_id, amount, note))

    @operation(
        "loyalty_top_up",
        NUMBER,
        AMOUNT,
        NOTE,
        answer=MOVE,
        errors=MOVING,
        request="passed",
    )
    def loyalty_top_up(self, **arguments):
        """Credit a card with money that was paid in."""
        return self._tell_move(self.env["loyalty.api"].top_up(**arguments))

    # === ORDERS === #

    @operation(
        "loyalty",
        Text("order", "number of a quotation", longest=64),
        NUMBER,
        answer="order, number, currency, total",
        errors={
            **FINDING,
            "account_unusable": "the card is blocked, expired or archived",
            "not_found": "there is no order of this number",
        },
    )
    def loyalty_pair(self, order, number):
        """Pair a quotation with a card: its discount applies, its confirmation earns."""
        # Finds as the integrator, so that unknown numbers count as guesses.
        account = self.env["loyalty.api"]._get_account(number)
        domain = [("name", "=", order), ("company_id", "=", self.env.company.id)]
        found = self.env["sale.order"].search(domain, limit=1)
        if not found:
            raise NotFound(self.env._("There is no order %s.", order))
        found.action_pair_loyalty_account(account.number)
        return {
            "order": found.name,
            "number": account.number,
            "currency": found.currency_id.name,
            "total": plain.money(found.amount_total, found.currency_id.decimal_places),
        }

    # === INTERNALS === #

    def _get_error_code(self, error):
        """Override: the facade has one code for a request id that was used before."""
        if isinstance(error, RequestConflict):
            return "request_id_reused"
        return super()._get_error_code(error)

    def _get_digits(self, currency):
        """Return the decimals of a currency by its code; one that is archived, too."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", currency)], limit=1).decimal_places

    def _tell_credit(self, values, digits):
        names = ("balance", "held", "available", "debt")
        return {name: plain.money(values[name], digits) for name in names}

    def _tell_move(self, move):
        """Return a movement of ``loyalty.api`` with its amounts as text."""
        return {
            "move": move["move_id"],
            "hold": move["hold_id"] or 0,
            "number": move["number"],
            "kind": move["kind"],
            "amount": plain.money(move["amount"], move["digits"]),
            **self._tell_credit(move, move["digits"]),
        }
