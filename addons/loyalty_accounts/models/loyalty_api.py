import logging
import random
import time
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import MAX_REQUEST_ID_LENGTH, RETRY_JITTER_SECONDS, RETRY_SECONDS
from ..exceptions import InvalidValue, MovementRefused
from ..rules import amounts

_logger = logging.getLogger(__name__)
_jitter = random.SystemRandom()

#: A unique violation is the same request id at the same moment on two accounts: the second try
#: finds the first one's movement and refuses in words.
RETRIED = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)


class LoyaltyApi(models.AbstractModel):
    """What programs may do with accounts over XML-RPC and JSON-2.

    Plain values in and out. Amounts are numbers in the account's currency with no more decimals
    than it has. Every operation that moves credit takes a ``request_id``: 1 to 100 printable
    characters, unique per user; the same request again gets the first answer, the same id for
    another request is refused.

    Errors are those of ``exceptions.py``, each with a stable ``code``.
    """

    _name = "loyalty.api"
    _description = "Loyalty accounts for programs"

    # === READING === #

    @api.model
    @api.readonly
    def find(self, number):
        """Return the account with this card number.

        :param str number: as scanned or typed
        :return: dict with ``number``, ``name``, ``state`` (usable, expired, blocked, archived),
            ``discount`` (percent 0–100), ``credit_rate``, ``expiry_date`` (ISO text or False),
            ``currency``, ``balance``, ``held``, ``available``, ``debt``
        :raise AccountNotFound: no such account in the user's current company
        """
        return self._describe_account(self._get_account(number))

    def _describe_account(self, account):
        """Return an account as plain values, see :meth:`find`; a partner's tells less."""
        return {
            "number": account.number,
            "name": account.name,
            "state": account.state,
            "discount": account.discount,
            "credit_rate": account.credit_rate,
            "expiry_date": account.expiry_date and account.expiry_date.isoformat(),
            "currency": account.currency_id.name,
            "balance": account.balance,
            "held": account.held,
            "available": account.available,
            "debt": account.debt,
        }

    # === MOVING CREDIT === #

    @api.model
    def top_up(self, number, amount, request_id, note=None):
        """Credit money that was paid in. For loyalty administrators.

        :return: the movement, see :meth:`_describe_move`
        """
        self._check_group("loyalty_accounts.group_admin")
        account_id = self._get_account(number).id
        key = self._get_key(request_id)
        return self._transact("loyalty.account", account_id, "_top_up", key, amount, note=note)

    @api.model
    def charge(self, number, amount, request_id, note=None, pin=None, bill=None):
        """Pay with credit.

        :param bill: value of the whole bill, of which a partner may let some credit pay a share
            only; nothing: the amount is the bill
        :param str pin: the card's, where the company asks for it above some amount
        :return: the movement, see :meth:`_describe_move`
        :raise InsufficientCredit: less is available
        :raise PinRefused: the PIN is needed, or wrong
        """
        return self._spend(number, "_charge", amount, request_id, pin, bill, note=note)

    @api.model
    def hold(self, number, amount, request_id, minutes, note=None, pin=None, bill=None):
        """Reserve credit; it is released by itself.

        :param int minutes: 1 to 10080 (a week), after which it is released
        :param str pin: the card's, where the company asks for it above some amount
        :param bill: see :meth:`charge`
        :return: the movement, see :meth:`_describe_move`; its ``hold_id`` is what :meth:`capture`
            and :meth:`release` take
        :raise InsufficientCredit: less is available
        :raise PinRefused: the PIN is needed, or wrong
        """
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 10080:
            raise InvalidValue(self.env._("The minutes must be a whole number from 1 to 10080."))
        expires_at = fields.Datetime.now() + timedelta(minutes=minutes)
        return self._spend(
            number, "_hold", amount, request_id, pin, bill, note=note, expires_at=expires_at
        )

    @api.model
    def capture(self, hold_id, amount, request_id, note=None):
        """Pay with reserved credit; the rest stays reserved.

        :return: the movement, see :meth:`_describe_move`
        """
        return self._run_on(
            "loyalty.account.hold", hold_id, "_capture", request_id, amount, note=note
        )

    @api.model
    def release(self, hold_id, request_id):
        """Give back what is still reserved.

        :return: the movement, see :meth:`_describe_move`; False where nothing was reserved
        """
        return self._run_on("loyalty.account.hold", hold_id, "_release", request_id)

    @api.model
    def refund(self, move_id, request_id, amount=None, note=None):
        """Give spent credit back.

        :param int move_id: of the payment
        :param amount: nothing gives back all that is left of it
        :return: the movement, see :meth:`_describe_move`
        """
        return self._run_on(
            "loyalty.account.move", move_id, "_refund", request_id, amount, note=note
        )

    # === INTERNALS === #

    def _spend(self, number, verb, amount, request_id, pin, bill, **options):
        account = self._get_account(number)
        if bill is not None:
            options["bill"] = self._parse_bill(bill, amount)
        account._require_pin(amount, self.env.company, pin)
        api, key = self.with_env(account.env), self._get_key(request_id)
        return api._transact("loyalty.account", account.id, verb, key, amount, **options)

    def _parse_bill(self, bill, amount):
        ledger = self.env["loyalty.ledger"]
        total = ledger._apply_rule(InvalidValue, amounts.read_number, bill)
        if total < ledger._apply_rule(InvalidValue, amounts.read_number, amount):
            raise InvalidValue(self.env._("The bill cannot be less than what is paid of it."))
        return total

    def _find_record(self, model, record_id):
        """Return the reservation or movement of this id that the caller may work on, or none."""
        # A search, so that record rules decide and an unknown id tells no more than a foreign one.
        return self.env[model].search([("id", "=", record_id)], limit=1)

    def _run_on(self, model, record_id, verb, request_id, *args, **options):
        self._check_group("loyalty_accounts.group_user")
        if isinstance(record_id, bool) or not isinstance(record_id, int):
            raise InvalidValue(self.env._("The id must be a whole number."))
        record = self._find_record(model, record_id)
        if not record:
            raise MovementRefused(self.env._("There is no such record."))
        if record.document_model:
            # Else the document would go on as paid, or lose what was promised to it.
            raise MovementRefused(
                self.env._("This belongs to %s: change it there.", record.document_name)
            )
        api, key = self.with_env(record.env), self._get_key(request_id)
        return api._transact(model, record_id, verb, key, *args, **options)

    def _transact(self, model, record_id, verb, key, *args, **options):
        """Call a verb of the ledger in a transaction of its own, again while others interfere.

        A cursor of its own, because Odoo retries a whole request only five times and waits up
        to 30 seconds in between; here nothing but the verb is repeated, after a few
        milliseconds. The request's own cursor has written nothing and holds no lock.
        """
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                # Safe: nothing was written before it, so neither cursor waits for the other.
                with self.env.registry.cursor() as cr:
                    env = self.env(cr=cr)
                    record = env[model].browse(record_id)
                    move = getattr(env["loyalty.ledger"], verb)(record, *args, key=key, **options)
                    return self._describe_move(move)
            except RETRIED as error:
                if time.monotonic() > deadline:
                    raise
                _logger.info("loyalty %s retried: %s", verb, type(error).__name__)
                time.sleep(_jitter.uniform(0, RETRY_JITTER_SECONDS))

    def _describe_move(self, move):
        """Return a movement as plain values; read from the movement, so a repetition is equal.

        Where it made credit available whose earning had been taken back, the ledger withdraws
        that by a movement of its own, right afterwards: :meth:`find` tells what is left.

        :return: dict with ``move_id``, ``hold_id`` (or False), ``number``, ``kind``, ``amount``
            (change of the balance), ``balance``, ``held``, ``available`` and ``debt`` after it;
            False for no movement
        """
        if not move:
            return False
        return {
            "move_id": move.id,
            "hold_id": move.hold_id.id,
            "number": move.account_id.number,
            "kind": move.kind,
            "amount": move.amount,
            "balance": move.balance_after,
            "held": move.held_after,
            "available": move.currency_id.round(move.balance_after - move.held_after),
            "debt": move.debt_after,
        }

    def _get_account(self, number):
        self._check_group("loyalty_accounts.group_user")
        return self.env["loyalty.account"]._find_by_number(number, self.env.company)

    def _get_key(self, request_id):
        """Keys count per user: one program cannot guess or use up another's."""
        self.env["loyalty.ledger"]._check_text(
            request_id or "", MAX_REQUEST_ID_LENGTH, self.env._("The request id")
        )
        return f"rpc/{self.env.uid}/{request_id}"

    def _check_group(self, group):
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("You may not do this with loyalty accounts."))
