from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.loyalty_accounts.exceptions import (
    InvalidValue,
    MovementRefused,
    TooManyGuesses,
)
from odoo.addons.loyalty_accounts.rules import amounts, throttle

from ..const import (
    HOLD_MINUTES,
    MAX_FOUND,
    MAX_REQUEST_LENGTH,
    PIN_MINUTES,
    SEARCH_POLICY,
)
from ..rules import receipt


class LoyaltyTill(models.AbstractModel):
    """What a till asks the server about cards. Nothing of it is loaded beforehand.

    Cashiers have no right to read accounts; they get what is needed at the till of a card that
    was presented, and nothing else. Every method asks for a till session that is open and that
    the user may use. Amounts are numbers in the currency of the till.
    """

    _name = "loyalty.till"
    _description = "Loyalty accounts at the till"

    # === CARDS === #

    @api.model
    def find_card(self, session_id, number):
        """Return the card of this number.

        :param int session_id: the till's open session
        :param str number: as scanned or typed
        :return: see :meth:`_describe_card`
        :raise LoyaltyError: unknown, blocked, expired or foreign card, with the reason
        """
        company = self._get_session(session_id).company_id
        account = self.env["loyalty.account"]._find_by_number(number, company)
        return self._describe_usable(account, company)

    @api.model
    def find_cards(self, session_id, text):
        """Return cards by name, phone or e-mail of their holders, at most ten.

        :param str text: at least three characters
        :return: list of dicts with ``number``, ``name``, ``holder``, ``hint`` (town, or part of
            phone or e-mail), to choose from; :meth:`find_card` tells more
        """
        company = self._get_session(session_id).company_id
        self._count_search(company)
        accounts = self.env["loyalty.account"]._find_by_contact(text, company, limit=MAX_FOUND)
        # Superuser: cashiers choose among the cards of their own establishment.
        return [self._describe_found(account) for account in accounts.sudo()]

    def _count_search(self, company):
        """Let nobody read the customers out by searching for one syllable after the other.

        :raise TooManyGuesses: for some minutes
        """
        subject = f"search/{self.env.uid}/{company.id}"
        allowed, tries = self.env["loyalty.attempt"]._take(subject, SEARCH_POLICY)
        if not allowed:
            minutes = throttle.minutes_left(tries, fields.Datetime.now())
            raise TooManyGuesses(
                self.env._(
                    "Customers were searched for too often. Scan the card, or try again in %s "
                    "minutes.",
                    minutes,
                )
            )

    def _describe_found(self, account):
        holder = account.partner_id
        return {
            "number": account.number,
            "name": account.name,
            "holder": holder.display_name or "",
            "hint": " · ".join(
                filter(
                    None,
                    (
                        holder.city,
                        receipt.mask_phone(holder.phone or ""),
                        receipt.mask_email(holder.email or ""),
                    ),
                )
            ),
        }

    def _describe_usable(self, account, company):
        account = account.sudo()  # a card that was presented; see _describe_card for what is told
        account._check_usable(company)
        return self._describe_card(account, company)

    def _describe_card(self, account, company):
        """What a till needs to know of a card. Consolidation tells less of a partner's.

        :return: dict with ``number``, ``name``, ``discount`` (percent 0–100), ``available``,
            ``currency_id``, ``expiry_date`` (ISO text or False), ``partner_id`` (of the customer
            whom the receipt gets where it has none, or False), ``pin_above`` (amount from which on
            payments ask for the PIN, or False)
        """
        return {
            "number": account.number,
            "name": account.name,
            "discount": account.discount,
            "available": account.available,
            "currency_id": account.currency_id.id,
            "expiry_date": account.expiry_date and account.expiry_date.isoformat(),
            "partner_id": account.partner_id.id,
            "pin_above": self._get_pin_limit(account, company),
        }

    def _get_pin_limit(self, account, company):
        limit = company.sudo().loyalty_pin_amount  # cashiers may not read the settings
        return limit if limit and account.has_pin else False

    # === CREDIT === #

    @api.model
    def hold(self, session_id, number, amount, request_id, pin=None, bill=None):
        """Reserve credit for a payment; closing the receipt captures it.

        It ends after an hour, when the payment is removed, or with the session.

        :param str number: of the card
        :param amount: above zero
        :param str request_id: of the payment; the same request gets the first answer
        :param str pin: where the card asks for one
        :param bill: value of the receipt that credit may pay, of which a partner may let some
            credit pay a share only; nothing: the amount is all of it
        :return: dict with ``available``, what is left
        :raise LoyaltyError: unusable card, less credit, wrong PIN
        """
        session = self._get_session(session_id)
        account = self._find_presented(number, session.company_id)
        account._check_usable(session.company_id)
        if account.currency_id != session.currency_id:
            raise InvalidValue(self.env._("The card's credit is in %s.", account.currency_id.name))
        self._require_pin(account, amount, session, request_id, pin)
        total = self.env["loyalty.ledger"]._apply_rule(
            InvalidValue, amounts.read_number, amount if bill is None else bill
        )
        # Superuser: cashiers have no right to accounts; checked above, and charged by the ledger.
        move = (
            self.env["loyalty.api"]
            .sudo()
            ._transact(
                "loyalty.account",
                account.id,
                "_hold",
                self._get_key(request_id),
                amount,
                company=session.company_id,
                document=session,
                expires_at=fields.Datetime.now() + timedelta(minutes=HOLD_MINUTES),
                bill=total,
            )
        )
        return {"available": move["available"]}

    @api.model
    def release(self, session_id, request_id):
        """Give back what a payment reserved, because it was removed.

        :return: dict with ``available``, what the card has then; False where nothing was reserved
        :raise MovementRefused: the receipt was closed with it
        """
        session = self._get_session(session_id)
        hold = self._find_hold(request_id, session)
        if hold.captured:
            raise MovementRefused(
                self.env._("The receipt was closed with this payment. Reload the till to see it.")
            )
        if hold.state == "open":
            self.env["loyalty.ledger"]._release(hold, company=session.company_id, document=session)
        if not hold:
            return False
        return {"available": float(hold.account_id._get_spendable(session.company_id))}

    @api.model
    def plan_refund(self, session_id, order_id, value):
        """What a refund pays back to the customer's card, before it is closed.

        :param int order_id: the receipt that goods are taken back from
        :param value: of the goods, taxes included, above zero
        :return: dict with ``credit`` (goes back to the card) and ``withheld`` (earned credit that
            was spent, kept from the money); both zero for receipts without a card
        """
        session = self._get_session(session_id)
        if isinstance(order_id, bool) or not isinstance(order_id, int):
            raise InvalidValue(self.env._("The id must be a whole number."))
        order = self.env["pos.order"].search(
            [("id", "=", order_id), ("company_id", "=", session.company_id.id)], limit=1
        )
        if not order:
            raise UserError(self.env._("This receipt is not known here."))
        order = order.sudo()  # the ledger's movements of a receipt that the cashier may read
        if not order.loyalty_account_id:
            return {"credit": 0, "withheld": 0}
        amount = self.env["loyalty.ledger"]._parse_amount(
            value, Decimal(repr(order.currency_id.rounding))
        )
        credit, withheld = order._get_loyalty_to_card(order._plan_loyalty_refund(amount))
        return {"credit": float(credit), "withheld": float(withheld)}

    # === INTERNALS === #

    def _get_session(self, session_id):
        """Return the open session; in its company, as far as the user may use it."""
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Cards are scanned at a till."))
        if isinstance(session_id, bool) or not isinstance(session_id, int):
            raise InvalidValue(self.env._("The id must be a whole number."))
        # A search, so that record rules decide, and a foreign session is as unknown as none.
        session = self.env["pos.session"].search(
            [("id", "=", session_id), ("state", "in", ("opening_control", "opened"))], limit=1
        )
        if not session:
            raise UserError(self.env._("This till is closed. Open it again to use cards."))
        return session

    def _find_presented(self, number, company):
        """Return the usable account of a number that the till has asked for before.

        :raise LoyaltyError: unknown, unusable or foreign card
        """
        account = self.env["loyalty.account"]._find_by_number(number, company)
        return account.sudo()  # presented at a till of this company; callers check and charge it

    def _require_pin(self, account, amount, session, request_id, pin):
        """Ask for the card's PIN; what tills reserved, or took lately, counts.

        Otherwise a bill could be paid in small parts.
        """
        company = session.company_id
        if not company.sudo().loyalty_pin_amount:  # cashiers may not read the settings
            return
        step = Decimal(repr(account.currency_id.rounding))
        total = self.env["loyalty.ledger"]._parse_amount(amount, step)
        held = self._get_held(account, session, request_id)
        account._require_pin(total + held, company, pin or None)

    def _get_held(self, account, session, request_id):
        """Credit of the card that tills reserved by other requests, or took lately."""
        own = self._find_hold(request_id, session)
        # Superuser: only sums of this card.
        holds = self.env["loyalty.account.hold"].sudo()
        holds = holds.search(
            [
                ("account_id", "=", account.id),
                ("document_model", "=", "pos.session"),
                ("state", "=", "open"),
            ]
        )
        since = fields.Datetime.now() - timedelta(minutes=PIN_MINUTES)
        moves = self.env["loyalty.account.move"].sudo()  # see above
        moves = moves.search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", "capture"),
                ("document_model", "=", "pos.order"),
                ("date", ">=", since),
            ]
        )
        held = sum((Decimal(repr(hold.remaining)) for hold in holds - own), Decimal(0))
        return held - sum((Decimal(repr(move.amount)) for move in moves), Decimal(0))

    def _get_key(self, request_id):
        self.env["loyalty.ledger"]._check_text(
            request_id or "", MAX_REQUEST_LENGTH, self.env._("The request id")
        )
        return f"pos/{request_id}"

    def _find_hold(self, request_id, session):
        """Return the reservation that a request of this till led to; none where it led to none."""
        # Superuser: only the reservation of a request that the till itself made.
        moves = self.env["loyalty.account.move"].sudo()
        if not request_id:
            return moves.hold_id
        move = moves.search([("key", "=", self._get_key(request_id))], limit=1)
        hold = move.hold_id
        same = hold.document_model == "pos.session" and hold.company_id == session.company_id
        return hold if same else hold.browse()
