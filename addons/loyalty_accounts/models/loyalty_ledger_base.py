import functools
import uuid
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, clean_context, config

from ..const import (
    LEDGER_KEY_BYTES,
    LEDGER_KEY_OPTION,
    LEDGER_TOKEN,
    MAX_KEY_LENGTH,
    MAX_NOTE_LENGTH,
    NO_AMOUNT,
)
from ..exceptions import (
    AccountNotFound,
    InsufficientCredit,
    InvalidValue,
    LedgerKeyMissing,
    RequestConflict,
)
from ..rules import amounts, chain, coverage
from ..rules.entry import ZERO, Request, State
from ..rules.errors import RuleError

#: What :meth:`_to_state` reads of an account: amounts as text, so that they stay exact.
STATE_COLUMNS = SQL(
    """
    account.id, account.balance::text, account.held::text, account.debt::text, account.version,
    account.head_hash, account.currency_id, account.company_id, account.number,
    currency.rounding::text"""
)


@functools.lru_cache(maxsize=4)
def _parse_key(text):
    """Return the key as bytes; empty where it is missing, not hexadecimal or too short."""
    try:
        key = bytes.fromhex(text or "")
    except ValueError:
        return b""
    return key if len(key) >= LEDGER_KEY_BYTES else b""


@functools.lru_cache(maxsize=64)
def _parse_step(text):
    return Decimal(text).normalize()


class LoyaltyLedgerBase(models.AbstractModel):
    """What every verb of the ledger stands on: requests, the lock, and writing a movement."""

    _name = "loyalty.ledger.base"
    _description = "Loyalty ledger: requests, locks, movements"

    # === REQUESTS AND LOCKS === #

    @api.model
    def _begin(
        self,
        verb,
        account,
        amount,
        *,
        key=None,
        company=None,
        document=None,
        note=None,
        reference_id=0,
    ):
        """Lock the account, then look the request's key up.

        :param amount: as the verb says; :data:`NO_AMOUNT` where it has none
        :param str key: the caller's id of this request, at most MAX_KEY_LENGTH; a request
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
        self._check_text(note or None, MAX_NOTE_LENGTH, self.env._("The reason"))
        document_vals = self._document_vals(document)
        state = self._lock(account)
        request = Request(
            verb=verb,
            key=key or f"auto/{uuid.uuid4().hex}",
            account_id=account.id,
            amount=ZERO
            if amount is NO_AMOUNT
            else self._parse_amount(amount, state.step, verb == "adjust"),
            company_id=(company or self.env.company).id,
            document_model=document_vals["document_model"] or "",
            document_id=document_vals["document_id"] or 0,
            reference_id=reference_id,
        )
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
                SELECT %s
                  FROM loyalty_account account
                  JOIN res_currency currency ON currency.id = account.currency_id
                 WHERE account.id IN %s
                 ORDER BY account.id
                   FOR NO KEY UPDATE OF account
                """,
                STATE_COLUMNS,
                tuple(accounts.ids),
            )
        )
        # What the cache holds is as old as the snapshot, and a row changed since raises above.
        first = [row for row in rows if row[0] == accounts[0].id]
        if not first:
            raise AccountNotFound(self.env._("This account was deleted meanwhile."))
        return self._to_state(first[0], accounts[0].company_id._get_loyalty_today())

    @api.model
    def _to_state(self, row, today):
        """Return the state of a locked account from its STATE_COLUMNS."""
        account_id, balance, held, debt, version, head_hash, *terms, step = row
        currency_id, company_id, number = terms
        return State(
            account_id=account_id,
            step=_parse_step(step),
            balance=Decimal(balance or 0),
            held=Decimal(held or 0),
            debt=Decimal(debt or 0),
            version=version or 0,
            head_hash=head_hash or chain.GENESIS,
            today=today,
            currency_id=currency_id,
            company_id=company_id,
            number=number,
        )

    @api.model
    def _find_done(self, request):
        """Return the movement that this request led to, if it was carried out before."""
        # Superuser: the key is unique over all companies, and so must be the look-up.
        move = self.env["loyalty.account.move"].sudo().search([("key", "=", request.key)])
        if move and move.request_digest != request.digest:
            raise RequestConflict(
                self.env._("This request id was used for something else before. Use a new one.")
            )
        return move.sudo(False)  # back to the caller's rights

    @api.model
    def _parse_amount(self, amount, step, signed=False):
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

    # === WRITING === #

    def _post(
        self,
        state,
        request,
        kind,
        change,
        *,
        hold=None,
        reversal_of=None,
        key=None,
        company=None,
        document=None,
        note=None,
    ):
        """Write one movement with its allocations and update the account.

        ``key`` and ``company`` are in the request already; they are taken so that verbs can pass
        their options on as they came.
        """
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
        vals = self._seal_onto(state, vals, allocations)
        move = self._writer("loyalty.account.move").create(self._to_floats(vals))
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
                "head_seal": self._seal_head(state),
            }
        )
        return self.env["loyalty.account.move"].browse(move.id)

    def _prepare_move_vals(self, state, request, kind, change, now=None):
        """Return the values of a movement that has no document, note, or record it refers to."""
        return {
            "account_id": state.account_id,
            "seq": state.version,
            "kind": kind,
            "date": now or fields.Datetime.now(),
            "user_id": self.env.uid,
            "company_id": request.company_id,
            "currency_id": state.currency_id,
            "amount": change.amount,
            "held_amount": change.held,
            "debt_amount": change.debt,
            "asked_amount": change.asked or request.amount,
            "withheld_amount": change.withheld,
            "balance_after": state.balance,
            "held_after": state.held,
            "debt_after": state.debt,
            "key": request.key,
            "request_digest": request.digest,
            **self._document_vals(None),
            "note": False,
            "partner_name": False,
            "hold_id": False,
            "reversal_of_id": False,
        }

    def _prepare_allocation_vals(self, request, change, currency_id):
        amounts_by_lot = dict(change.allocations)
        # Superuser: lots of partners' establishments, too.
        lots = self.env["loyalty.account.lot"].sudo().browse(amounts_by_lot)
        return [
            self._prepare_allocation(
                request,
                currency_id,
                lot_id=lot.id,
                amount=amounts_by_lot[lot.id],
                accrual_company_id=lot.company_id.id,
                expiry_date=lot.expiry_date,
            )
            for lot in lots
        ]

    def _prepare_allocation(self, request, currency_id, **vals):
        return {**vals, "currency_id": currency_id, "spend_company_id": request.company_id}

    def _seal_onto(self, state, vals, allocations):
        """Add the seals to a movement's values that make it the account's last one."""
        vals["previous_hash"] = state.head_hash
        vals["hash"] = state.head_hash = self._seal(state.head_hash, vals, allocations)
        return vals

    def _seal(self, previous, vals, allocations):
        lines = [
            [
                line["lot_id"],
                line["amount"],
                line["accrual_company_id"],
                line["expiry_date"] and line["expiry_date"].isoformat(),
            ]
            for line in allocations
        ]
        date = vals["date"].isoformat(" ", "seconds")  # as Odoo spells it, and ten times as quick
        movement = dict(vals, date=date, allocations=lines)
        return chain.seal(self._get_ledger_key(), previous, movement)

    def _seal_head(self, state):
        """Return the seal of the account's row as ``state`` leaves it."""
        return chain.head_seal(
            self._get_ledger_key(),
            state.account_id,
            state.head_hash,
            state.company_id,
            state.currency_id,
            state.number,
        )

    def _seal_birth(self, table, state, vals):
        """Return the seal of a lot or reservation that the account's next movement makes.

        :param table: ``lot`` or ``hold``
        :param vals: its values, amounts as Decimal; those of ``rules.coverage.BIRTH`` are sealed
        """
        values = [vals.get(name) for name in coverage.BIRTH[table]]
        spelt = [value.isoformat() if isinstance(value, date) else value for value in values]
        key = self._get_ledger_key()
        return chain.birth_seal(key, table, state.account_id, state.version + 1, *spelt)

    @api.model
    def _get_ledger_key(self):
        """Return the key that seals movements, from the server's configuration file.

        :raise LedgerKeyMissing: it is not set, not hexadecimal or too short
        """
        key = _parse_key(config.get(LEDGER_KEY_OPTION))
        if not key:
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
        # Defaults in the caller's context are meant for the document, not for the ledger.
        context = clean_context(self.env.context)
        # The engine's own hand; it is private, and every verb checks before it writes.
        return records.sudo().with_context(context, loyalty_ledger=LEDGER_TOKEN)

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
