from odoo import api, fields, models

from ..const import NO_AMOUNT
from ..exceptions import MovementRefused
from ..rules import lots
from ..rules.entry import ZERO, Change


class LoyaltyLedgerSpend(models.AbstractModel):
    """Verbs that spend credit: reserve, pay, release, give back."""

    _name = "loyalty.ledger.spend"
    _description = "Loyalty ledger: spending credit"
    _inherit = ["loyalty.ledger.lots"]

    @api.model
    def _charge(self, account, amount, *, bill=None, **options):
        """Pay with credit that is not reserved.

        :param amount: above zero
        :param Decimal bill: value of the document that it pays for, in the account's currency: a
            partner may let credit pay a share of it only; nothing: the amount
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
        takes = self._take(state, request, request.amount, bill=bill)
        change = Change(-request.amount, allocations=takes)
        return self._post(state, request, "charge", change, **options)

    @api.model
    def _hold(self, account, amount, *, expires_at=None, bill=None, **options):
        """Reserve credit for a document, to be captured in parts or released.

        :param amount: above zero
        :param expires_at: UTC datetime at which it ends by itself; nothing: with its document
        :param bill: see :meth:`_charge`
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
        promise = self._check_reservable(state, request, bill)
        ends = fields.Datetime.to_datetime(expires_at)
        vals = {
            "currency_id": state.currency_id,  # first: amounts are rounded by it
            "account_id": account.id,
            "company_id": request.company_id,
            "state": "open",
            "amount": float(request.amount),
            "captured": 0,
            "expires_at": ends and ends.replace(microsecond=0),  # as it is stored
            **self._document_vals(options.get("document")),
        }
        vals["seal"] = self._seal_birth("hold", state, vals)
        hold = self._writer("loyalty.account.hold").create(vals)
        self._note_promise(hold, promise)
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
        takes = self._take(state, request, request.amount, hold=hold)
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
    def _release(self, hold, amount=None, **options):
        """Give back what is still reserved. Releasing a closed reservation changes nothing.

        :param amount: above zero, at most what is still reserved; nothing: all of that
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``, or an empty one where nothing was reserved
        :raise MovementRefused: less is reserved
        """
        request, state, done = self._begin(
            "release",
            hold.account_id,
            NO_AMOUNT if amount is None else amount,
            reference_id=hold.id,
            **options,
        )
        if done:
            return done
        hold = self._reread_hold(hold)
        if hold.state == "closed":
            return self.env["loyalty.account.move"]
        reserved = self._exact(hold.remaining, state)
        if request.amount > reserved:
            raise MovementRefused(self.env._("Only %s is still reserved.", reserved))
        return self._post_release(state, request, hold, request.amount or reserved, **options)

    @api.model
    def _refund(self, move, amount=None, *, settle_debt=True, **options):
        """Give spent credit back to the lots it came from, the lot taken last first.

        Works on blocked and expired accounts too. A lot that has expired meanwhile can be spent
        for the company's days of grace again.

        :param move: the payment, of kind ``charge`` or ``capture``
        :param amount: above zero, at most what was not given back yet; nothing: all of that
        :param bool settle_debt: whether a debt may take the credit at once; who settles a whole
            document takes its earnings back first, and calls :meth:`_expire` then
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise MovementRefused: no payment, or more than is left of it
        """
        if move.kind not in ("charge", "capture"):
            raise MovementRefused(self.env._("Only a payment can be refunded."))
        request, state, done = self._begin(
            "refund",
            move.account_id,
            NO_AMOUNT if amount is None else amount,
            reference_id=move.id,
            **options,
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
        refund = self._post(state, request, "refund", change, reversal_of=move, **options)
        if settle_debt:
            self._settle_debt(state, request)
        return refund

    # === INTERNALS === #

    def _check_reservable(self, state, request, bill):
        """Hook: refuse to reserve what could not be captured.

        :return: what :meth:`_note_promise` is to keep of it
        :raise InsufficientCredit: less is available
        """
        self._check_available(state, request.amount)

    def _note_promise(self, hold, promise):
        """Hook: keep which credit a new reservation counts on."""

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

    def _refill_lots(self, gives, state):
        """Give back to lots; one that has expired meanwhile gets the company's days of grace."""
        self._add_to_lots(gives, state)
        for lot in self._writer("loyalty.account.lot").browse(lot_id for lot_id, _amount in gives):
            if lot.expiry_date and lot.expiry_date < state.today:
                lot.expiry_date = fields.Date.add(
                    state.today, days=lot.company_id.loyalty_refund_grace_days
                )

    def _reread_hold(self, hold):
        """Return the hold as it is now that its account is locked."""
        hold = self._writer(hold)
        hold.invalidate_recordset()
        return hold

    def _is_due(self, hold):
        return bool(hold.expires_at and hold.expires_at <= fields.Datetime.now())
