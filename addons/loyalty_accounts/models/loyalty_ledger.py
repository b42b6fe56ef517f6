import uuid
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, config

from ..const import (
    LEDGER_KEY_BYTES,
    LEDGER_KEY_OPTION,
    LEDGER_TOKEN,
    MAX_KEY_LENGTH,
    MAX_NOTE_LENGTH,
)
from ..exceptions import (
    InsufficientCredit,
    InvalidValue,
    LedgerKeyMissing,
    MovementRefused,
    RequestConflict,
)
from ..rules import amounts, chain, earning, lots
from ..rules.entry import ZERO, Change, Request, State
from ..rules.errors import RuleError


class LoyaltyLedger(models.AbstractModel):
    """The one engine that changes credit. Orders, tills, the portal and integrators call it.

    Every verb does the same, in this order: lock the account → look the request's key up (a
    repetition gets the first movement, another request with that key is refused) → check →
    write. Amounts are Decimals in the account's currency; verbs return the movement.

    Locks: accounts in the order of their ids, nothing else. The account's row is locked *and*
    updated in the same transaction: under REPEATABLE READ a lock without an update would let a
    waiting transaction go on with its old snapshot. See docs/architecture.md.

    Nothing here can be called over RPC; rights are the caller's business.
    """

    _name = "loyalty.ledger"
    _description = "Loyalty ledger"

    # === VERBS === #

    @api.model
    def _top_up(self, account, amount, **options):
        """Credit money that the customer paid in.

        :param amount: above zero, a multiple of the currency's rounding
        :param expiry_date: last day on which the credit can be spent, or nothing
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        expiry_date = options.pop("expiry_date", None)
        request, state, done = self._begin("top_up", account, amount, **options)
        if done:
            return done
        account._check_usable(self._company_of(request))
        self._check_balance_limit(state, request.amount)
        lot_id = self._create_lot(request, "top_up", request.amount, state.today, expiry_date)
        change = Change(request.amount, allocations=[(lot_id, request.amount)])
        return self._post(state, request, "top_up", change, **options)

    @api.model
    def _earn(self, account, amount, **options):
        """Credit a bonus earned by a document; what the account owes is repaid first.

        :param amount: above zero, already rounded (:func:`rules.earning.earned`)
        :param expiry_date: last day on which the credit can be spent, or nothing
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        expiry_date = options.pop("expiry_date", None)
        request, state, done = self._begin("earn", account, amount, **options)
        if done:
            return done
        account._check_usable(self._company_of(request))
        self._check_balance_limit(state, request.amount)
        credited, repaid = earning.repay(request.amount, state.debt)
        allocations = []
        if credited:
            lot_id = self._create_lot(request, "earn", credited, state.today, expiry_date)
            allocations.append((lot_id, credited))
        change = Change(credited, debt=-repaid, allocations=allocations)
        return self._post(state, request, "earn", change, **options)

    @api.model
    def _charge(self, account, amount, **options):
        """Pay with credit that is not reserved.

        :param amount: above zero
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise InsufficientCredit: less is available
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        request, state, done = self._begin("charge", account, amount, **options)
        if done:
            return done
        account._check_usable(self._company_of(request))
        self._settle_due(state, request)
        change = Change(-request.amount, allocations=self._take(state, request, request.amount))
        return self._post(state, request, "charge", change, **options)

    @api.model
    def _hold(self, account, amount, *, expires_at=None, **options):
        """Reserve credit for a document, to be captured in parts or released.

        :param amount: above zero
        :param expires_at: UTC datetime at which it ends by itself; nothing: with its document
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move`` of kind ``hold``; its ``hold_id`` is the reservation
        :raise InsufficientCredit: less is available
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        request, state, done = self._begin("hold", account, amount, **options)
        if done:
            return done
        account._check_usable(self._company_of(request))
        self._settle_due(state, request)
        self._check_available(state, request.amount)
        hold = self._writer("loyalty.account.hold").create(
            {
                "account_id": account.id,
                "company_id": request.company_id,
                "state": "open",
                "amount": float(request.amount),
                "captured": 0,
                "expires_at": expires_at,
                **self._document_vals(options.get("document")),
            }
        )
        change = Change(held=request.amount)
        return self._post(state, request, "hold", change, hold=hold, **options)

    @api.model
    def _capture(self, hold, amount, **options):
        """Pay with reserved credit; what is left stays reserved.

        Works on blocked and expired accounts too: the credit was promised when it was reserved.

        :param hold: an open ``loyalty.account.hold``
        :param amount: above zero, at most what is still reserved
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise MovementRefused: closed, run out, or less is reserved
        """
        request, state, done = self._begin(
            "capture", hold.account_id, amount, reference_id=hold.id, **options
        )
        if done:
            return done
        hold = self._reread_hold(hold)
        reserved = self._exact(hold.remaining, state)
        if self._is_due(hold) or request.amount > reserved:
            raise MovementRefused(
                self.env._("Only %s is still reserved.", ZERO if self._is_due(hold) else reserved)
            )
        takes = self._take(state, request, request.amount, reserved=True)
        captured = self._exact(hold.captured, state) + request.amount
        self._writer(hold).write(
            {
                "captured": float(captured),
                "state": "closed" if request.amount == reserved else "open",
            }
        )
        change = Change(-request.amount, held=-request.amount, allocations=takes)
        return self._post(state, request, "capture", change, hold=hold, **options)

    @api.model
    def _release(self, hold, **options):
        """Give back what is still reserved. Releasing a closed reservation changes nothing.

        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``, or an empty one where nothing was reserved
        """
        request, state, done = self._begin(
            "release", hold.account_id, None, reference_id=hold.id, **options
        )
        if done:
            return done
        hold = self._reread_hold(hold)
        if hold.state == "closed":
            return self.env["loyalty.account.move"]
        return self._post_release(state, request, hold, **options)

    @api.model
    def _refund(self, move, amount=None, **options):
        """Give spent credit back to the lots it came from, the lot taken last first.

        Works on blocked and expired accounts too. A lot that has expired meanwhile can be spent
        for the company's days of grace again.

        :param move: the payment, of kind ``charge`` or ``capture``
        :param amount: above zero, at most what was not given back yet; nothing: all of that
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise MovementRefused: no payment, or more than is left of it
        """
        if move.kind not in ("charge", "capture"):
            raise MovementRefused(self.env._("Only a payment can be refunded."))
        request, state, done = self._begin(
            "refund", move.account_id, amount, reference_id=move.id, **options
        )
        if done:
            return done
        takes, returned = self._get_takes_and_returns(move, state)
        left = sum(taken for _lot, taken in takes) - sum(returned.values())
        value = request.amount if amount is not None else left
        self._settle_due(state, request)
        gives = self._apply_rule(MovementRefused, lots.give_back, takes, returned, value)
        if not gives:
            raise MovementRefused(self.env._("This payment was given back already."))
        self._refill_lots(gives, state)
        change = Change(value, allocations=gives)
        return self._post(state, request, "refund", change, reversal_of=move, **options)

    @api.model
    def _take_back(self, move, amount=None, **options):
        """Take earned credit back because its document was cancelled or returned (LA14).

        What is left of it is withdrawn; what was spent becomes a debt; what expired unused is
        forgiven. Works on blocked and expired accounts too.

        :param move: the earning, of kind ``earn``
        :param amount: above zero, at most what was not taken back yet; nothing: all of that
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``, or an empty one where nothing is left to take
        :raise MovementRefused: no earning, or more than is left of it
        """
        if move.kind != "earn":
            raise MovementRefused(self.env._("Only earned credit can be taken back."))
        request, state, done = self._begin(
            "take_back", move.account_id, amount, reference_id=move.id, **options
        )
        if done:
            return done
        left, forgivable = self._get_take_back_limits(move, state)
        value = request.amount if amount is not None else left
        if value > left:
            raise MovementRefused(self.env._("Only %s of this earning is left.", left))
        if not value:
            return self.env["loyalty.account.move"]
        lot = move.allocation_ids.lot_id
        split = earning.take_back(
            value,
            remaining=self._exact(lot.remaining, state),
            expired=forgivable,
            available=state.available,
        )
        allocations = [(lot.id, -split.withdrawn)] if split.withdrawn else []
        self._add_to_lots(allocations, state)
        change = Change(-split.withdrawn, ZERO, split.debt, allocations, asked=value)
        return self._post(state, request, "take_back", change, reversal_of=move, **options)

    @api.model
    def _adjust(self, account, amount, *, note, **options):
        """Enter credit by hand, up or down, with a reason (LA11).

        Works on blocked and expired accounts too, so that a mistake can be put right.

        :param amount: above or below zero
        :param str note: the reason, required
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise InsufficientCredit: more would be taken than is available
        """
        if not isinstance(note, str) or not note.strip():
            raise InvalidValue(self.env._("Enter the reason for the manual entry."))
        request, state, done = self._begin("adjust", account, amount, note=note, **options)
        if done:
            return done
        self._settle_due(state, request)
        if request.amount > 0:
            self._check_balance_limit(state, request.amount)
            lot_id = self._create_lot(request, "adjust", request.amount, state.today, None)
            allocations = [(lot_id, request.amount)]
        else:
            allocations = self._take(state, request, -request.amount)
        change = Change(request.amount, allocations=allocations)
        return self._post(state, request, "adjust", change, note=note, **options)

    @api.model
    def _expire(self, account):
        """Release reservations and expire lots whose time has come.

        Credit that is reserved does not expire before its reservation ends. Doing it again
        changes nothing, so there is no request key.

        :return: the movements, possibly none
        """
        account.ensure_one()
        state = self._lock(account)
        before = state.version
        self._settle_due(
            state, Request("expire", "", account.id, ZERO, self.env.company.id)
        )
        return self.env["loyalty.account.move"].search(
            [("account_id", "=", account.id), ("seq", ">", before)], order="seq"
        )

    # === REQUESTS AND LOCKS === #

    @api.model
    def _begin(
        self, verb, account, amount, *, key=None, company=None, document=None, note=None,
        reference_id=0,
    ):
        """Lock the account, then look the request's key up.

        :param amount: as the verb says; None where the verb has none
        :param str key: the caller's id of this request, at most 100 characters; a request
            without one can not be repeated safely
        :param company: establishment where it happens; the current one by default
        :param document: record that it happens for, kept by id and by name
        :param str note: reason, at most 500 characters
        :param int reference_id: id of the reservation or movement that the verb acts on
        :return: ``(Request, State, movement)``; the movement is set when the request was carried
            out before, and is then the answer
        :raise RequestConflict: the key was used for another request
        :raise InvalidValue: amount, key or note
        """
        account.ensure_one()
        self._check_text(key, MAX_KEY_LENGTH, self.env._("The request id"))
        self._check_text(note, MAX_NOTE_LENGTH, self.env._("The reason"))
        document_vals = self._document_vals(document)
        request = Request(
            verb=verb,
            key=key or f"auto/{uuid.uuid4().hex}",
            account_id=account.id,
            amount=ZERO if amount is None else self._parse_amount(account, amount, verb),
            company_id=(company or self.env.company).id,
            document_model=document_vals["document_model"] or "",
            document_id=document_vals["document_id"] or 0,
            reference_id=reference_id,
        )
        state = self._lock(account)
        return request, state, self._find_done(request) if key else None

    @api.model
    def _lock(self, accounts):
        """Lock accounts for the rest of the transaction and return the state of the first one.

        Blocks until others are done; after they commit, PostgreSQL reports a serialization
        failure, and the request is carried out again from the start with what they left.

        Callers that touch several accounts lock them all in one call: the rows are taken in the
        order of their ids, so that two of them never wait for each other.
        """
        accounts.flush_recordset()
        rows = self.env.execute_query(
            # Blocking on purpose: core's lock_for_update() skips locked rows.
            SQL(
                """
                SELECT account.id, balance::text, held::text, debt::text, version, head_hash,
                       currency.rounding::text
                  FROM loyalty_account account
                  JOIN res_currency currency ON currency.id = account.currency_id
                 WHERE account.id IN %s
                 ORDER BY account.id
                   FOR NO KEY UPDATE OF account
                """,
                tuple(accounts.ids),
            )
        )
        accounts.invalidate_recordset(flush=False)
        account_id, balance, held, debt, version, head_hash, step = next(
            row for row in rows if row[0] == accounts[0].id
        )
        return State(
            account_id=account_id,
            step=Decimal(step).normalize(),
            balance=Decimal(balance or 0),
            held=Decimal(held or 0),
            debt=Decimal(debt or 0),
            version=version or 0,
            head_hash=head_hash or chain.GENESIS,
            today=fields.Date.context_today(self),
        )

    @api.model
    def _find_done(self, request):
        """Return the movement that this request led to, if it was carried out before."""
        # Superuser: the key is unique over all companies, and so must be the look-up.
        move = self.env["loyalty.account.move"].sudo().search([("key", "=", request.key)])
        if move and move.request_digest != request.digest:
            raise RequestConflict(
                self.env._(
                    "The request id %s was used for something else before. Use a new one.",
                    request.key,
                )
            )
        return move.sudo(False)

    @api.model
    def _parse_amount(self, account, amount, verb):
        step = Decimal(repr(account.currency_id.rounding))
        signed = verb == "adjust"
        return self._apply_rule(InvalidValue, amounts.parse_amount, amount, step, signed=signed)

    def _check_text(self, text, length, label):
        if text is None:
            return
        if not isinstance(text, str) or not text.isprintable() or not 0 < len(text) <= length:
            raise InvalidValue(
                self.env._(
                    "%(label)s must be text of 1 to %(length)s printable characters.",
                    label=label,
                    length=length,
                )
            )

    # === CHECKS === #

    def _check_available(self, state, amount):
        if amount > state.available:
            raise InsufficientCredit(
                self.env._(
                    "Only %(available)s of credit is available, %(amount)s is needed.",
                    available=state.available,
                    amount=amount,
                )
            )

    def _check_balance_limit(self, state, amount):
        if state.balance + amount > amounts.MAX_AMOUNT:
            raise InvalidValue(
                self.env._("An account cannot hold more than %s.", amounts.MAX_AMOUNT)
            )

    def _apply_rule(self, error_class, rule, *args, **kwargs):
        """Call a pure rule; turn its error into a sentence of the user's language."""
        try:
            return rule(*args, **kwargs)
        except RuleError as error:
            describe = self.env["loyalty.account"]._describe_rule_error
            raise error_class(describe(error)) from error

    # === LOTS === #

    def _take(self, state, request, amount, *, reserved=False):
        """Take ``amount`` out of the lots; return the allocations.

        :param reserved: whether reserved credit pays. Only then are lots used that are past
            their expiry: they wait for the reservation to end.
        """
        if not reserved:
            self._check_available(state, amount)
        open_lots = [
            lots.Lot(lot_id, Decimal(remaining), expiry, company_id == request.company_id)
            for lot_id, remaining, expiry, company_id in self._fetch_open_lots(state)
            if reserved or not expiry or expiry >= state.today
        ]
        takes = self._apply_rule(InsufficientCredit, lots.allocate, open_lots, amount)
        allocations = [(lot_id, -taken) for lot_id, taken in takes]
        self._add_to_lots(allocations, state)
        return allocations

    def _fetch_open_lots(self, state):
        return self.env.execute_query(
            # Read under the account's lock, straight from the table: amounts stay exact.
            SQL(
                """
                SELECT id, remaining::text, expiry_date, company_id
                  FROM loyalty_account_lot
                 WHERE account_id = %s AND remaining > 0
                 ORDER BY expiry_date, id
                """,
                state.account_id,
                to_flush=self.env["loyalty.account.lot"]._fields["remaining"],
            )
        )

    def _create_lot(self, request, origin, amount, today, expiry_date):
        lot = self._writer("loyalty.account.lot").create(
            {
                "account_id": request.account_id,
                "company_id": request.company_id,
                "origin": origin,
                "date": today,
                "expiry_date": expiry_date,
                "amount": float(amount),
                "remaining": float(amount),
            }
        )
        return lot.id

    def _add_to_lots(self, allocations, state):
        for lot_id, amount in allocations:
            lot = self._writer("loyalty.account.lot").browse(lot_id)
            lot.remaining = float(self._exact(lot.remaining, state) + amount)

    def _refill_lots(self, gives, state):
        """Give back to lots; one that has expired meanwhile gets the company's days of grace."""
        self._add_to_lots(gives, state)
        for lot_id, _amount in gives:
            lot = self._writer("loyalty.account.lot").browse(lot_id)
            if lot.expiry_date and lot.expiry_date < state.today:
                lot.expiry_date = fields.Date.add(
                    state.today, days=lot.company_id.loyalty_refund_grace_days
                )

    def _get_takes_and_returns(self, move, state):
        """Return what a payment took, in its order, and what refunds gave back, by lot."""
        # Superuser: the lots of a payment may belong to several establishments.
        move = move.sudo()
        takes = [
            (line.lot_id.id, -self._exact(line.amount, state))
            for line in move.allocation_ids.sorted("id")
        ]
        returned = {}
        for line in move.reversal_ids.allocation_ids:
            amount = self._exact(line.amount, state)
            returned[line.lot_id.id] = returned.get(line.lot_id.id, ZERO) + amount
        return takes, returned

    def _get_take_back_limits(self, move, state):
        """Return what is left of an earning, and how much of it expired and is not forgiven."""
        move = move.sudo()  # its lot may belong to another establishment
        left, forgiven = self._exact(move.asked_amount, state), ZERO
        for back in move.reversal_ids:
            asked = self._exact(back.asked_amount, state)
            left -= asked
            forgiven += asked + self._exact(back.amount - back.debt_amount, state)
        expired = -sum(
            self._exact(line.amount, state)
            for line in move.allocation_ids.lot_id.allocation_ids
            if line.move_id.kind == "expire"
        )
        return left, expired - forgiven

    # === TIME === #

    def _settle_due(self, state, request):
        """Release reservations and expire lots that are past their time."""
        if state.held:
            for hold in self._writer("loyalty.account.hold").search(
                [
                    ("account_id", "=", state.account_id),
                    ("state", "=", "open"),
                    ("expires_at", "<=", fields.Datetime.now()),
                ],
                order="id",
            ):
                self._post_release(state, self._derive(request, "release", hold.id), hold)
        self._post_expiry(state, request)

    def _post_release(self, state, request, hold, **options):
        reserved = self._exact(hold.remaining, state)
        self._writer(hold).write({"state": "closed"})
        return self._post(state, request, "release", Change(held=-reserved), hold=hold, **options)

    def _post_expiry(self, state, request):
        """Expire the lots that are due, oldest first, except for what is reserved.

        Reserved credit is taken from the lots that expire first, so that much of them stays.
        """
        due = [
            (lot_id, Decimal(remaining))
            for lot_id, remaining, expiry, _company_id in self._fetch_open_lots(state)
            if expiry and expiry < state.today
        ]
        expiring = sum(remaining for _lot_id, remaining in due) - state.held
        allocations = []
        for lot_id, remaining in due:
            amount = min(remaining, expiring)
            if amount > 0:
                allocations.append((lot_id, -amount))
                expiring -= amount
        if not allocations:
            return
        self._add_to_lots(allocations, state)
        change = Change(sum(amount for _lot, amount in allocations), allocations=allocations)
        self._post(state, self._derive(request, "expire", 0), "expire", change)

    def _derive(self, request, verb, reference_id):
        """A request of the ledger itself, for what falls due while another is carried out."""
        return Request(
            verb=verb,
            key=f"due/{uuid.uuid4().hex}",
            account_id=request.account_id,
            amount=ZERO,
            company_id=request.company_id,
            reference_id=reference_id,
        )

    @api.model
    def _is_due(self, hold):
        return bool(hold.expires_at and hold.expires_at <= fields.Datetime.now())

    def _reread_hold(self, hold):
        """Return the hold as it is now that its account is locked."""
        hold = self._writer(hold)
        hold.invalidate_recordset()
        return hold

    # === WRITING === #

    def _post(
        self, state, request, kind, change, *, hold=None, reversal_of=None, key=None, company=None,
        document=None, note=None,
    ):
        """Write one movement with its allocations and update the account.

        ``key`` and ``company`` are in the request already; they are taken so that verbs can pass
        their options on as they came.
        """
        previous = state.head_hash
        state.apply(change)
        account = self._writer("loyalty.account").browse(state.account_id)
        vals = self._prepare_move_vals(state, request, kind, change)
        vals.update(
            self._document_vals(document),
            note=note or False,
            partner_name=account.partner_id.display_name,
            hold_id=hold.id if hold else False,
            reversal_of_id=reversal_of.id if reversal_of else False,
        )
        allocations = self._prepare_allocation_vals(request, change, vals["currency_id"])
        state.head_hash = self._seal(previous, vals, allocations)
        move = self._writer("loyalty.account.move").create(
            dict(self._to_floats(vals), previous_hash=previous, hash=state.head_hash)
        )
        self._writer("loyalty.account.allocation").create(
            [dict(self._to_floats(line), move_id=move.id) for line in allocations]
        )
        account.write(
            {
                "balance": float(state.balance),
                "held": float(state.held),
                "debt": float(state.debt),
                "version": state.version,
                "head_hash": state.head_hash,
            }
        )
        return self.env["loyalty.account.move"].browse(move.id)

    def _prepare_move_vals(self, state, request, kind, change):
        account = self.env["loyalty.account"].sudo().browse(state.account_id)  # engine's own read
        return {
            "account_id": state.account_id,
            "seq": state.version,
            "kind": kind,
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
            "company_id": request.company_id,
            "currency_id": account.currency_id.id,
            "amount": change.amount,
            "held_amount": change.held,
            "debt_amount": change.debt,
            "asked_amount": change.asked or request.amount,
            "balance_after": state.balance,
            "held_after": state.held,
            "debt_after": state.debt,
            "key": request.key,
            "request_digest": request.digest,
        }

    def _prepare_allocation_vals(self, request, change, currency_id):
        all_lots = self.env["loyalty.account.lot"].sudo()  # lots of partners' companies, too
        return [
            {
                "lot_id": lot_id,
                "amount": amount,
                "currency_id": currency_id,
                "accrual_company_id": all_lots.browse(lot_id).company_id.id,
                "spend_company_id": request.company_id,
                "expiry_date": all_lots.browse(lot_id).expiry_date,
            }
            for lot_id, amount in change.allocations
        ]

    def _seal(self, previous, vals, allocations):
        lines = [
            [
                line["lot_id"],
                line["amount"],
                line["accrual_company_id"],
                fields.Date.to_string(line["expiry_date"]),
            ]
            for line in allocations
        ]
        movement = dict(vals, date=fields.Datetime.to_string(vals["date"]), allocations=lines)
        return chain.seal(self._get_ledger_key(), previous, movement)

    @api.model
    def _get_ledger_key(self):
        """Return the key that seals movements, from the server's configuration file.

        :raise LedgerKeyMissing: it is not set, not hexadecimal or too short
        """
        try:
            key = bytes.fromhex(config.get(LEDGER_KEY_OPTION) or "")
        except ValueError:
            key = b""
        if len(key) < LEDGER_KEY_BYTES:
            raise LedgerKeyMissing(
                self.env._(
                    "Credit cannot be moved: set %(option)s in the server's configuration file "
                    "to %(length)s random hexadecimal digits and restart the server.",
                    option=LEDGER_KEY_OPTION,
                    length=2 * LEDGER_KEY_BYTES,
                )
            )
        return key

    def _writer(self, model):
        """A model or record that may write the ledger.

        Superuser, because nobody else has write access to the ledger; the token in the context
        is what the guards of these models ask for.
        """
        records = self.env[model] if isinstance(model, str) else model
        return records.sudo().with_context(loyalty_ledger=LEDGER_TOKEN)

    # === SMALL HELPERS === #

    def _company_of(self, request):
        return self.env["res.company"].browse(request.company_id)

    @api.model
    def _document_vals(self, document):
        return {
            "document_model": document._name if document else False,
            "document_id": document.id if document else False,
            "document_name": document.display_name if document else False,
        }

    @api.model
    def _exact(self, value, state):
        """A Monetary as Decimal; doubles of this size round back to exactly what was stored."""
        return amounts.round_half_up(Decimal(repr(value)), state.step)

    @api.model
    def _to_floats(self, vals):
        return {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in vals.items()
        }
