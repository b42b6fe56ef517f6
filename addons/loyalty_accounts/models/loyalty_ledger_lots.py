import uuid
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import InsufficientCredit, InvalidValue
from ..rules import lots
from ..rules.entry import ZERO, Change, OpenLot, Request


class LoyaltyLedgerLots(models.AbstractModel):
    """Lots: filling them, taking from them, and what happens to them as time passes."""

    _name = "loyalty.ledger.lots"
    _description = "Loyalty ledger: lots"
    _inherit = ["loyalty.ledger.base"]

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
        self._settle_due(state, Request("expire", "", account.id, ZERO, account.company_id.id))
        return self.env["loyalty.account.move"].search(
            [("account_id", "=", account.id), ("seq", ">", before)], order="seq"
        )

    # === LOTS === #

    def _take(self, state, request, amount, *, hold=None, bill=None):
        """Take ``amount`` out of the lots; return the allocations.

        :param hold: reservation that is captured. Only then are lots used that are past their
            expiry: they wait for the reservation to end.
        :param bill: see :meth:`_charge`
        """
        if not hold:
            self._check_spendable(state, request, amount)
        open_lots = [
            lot
            for lot in self._fetch_open_lots(state.account_id)
            if hold or not lot.expiry or lot.expiry >= state.today
        ]
        takes = self._choose_lots(state, request, open_lots, amount, hold=hold, bill=bill)
        allocations = [(lot_id, -taken) for lot_id, taken in takes]
        self._add_to_lots(allocations, state)
        return allocations

    def _check_spendable(self, state, request, amount):
        """Hook: refuse what is more than there is, before lots are chosen."""
        self._check_available(state, amount)

    def _choose_lots(self, state, request, open_lots, amount, *, hold=None, bill=None):
        """Hook: decide which lots pay ``amount``; partners' agreements restrict it.

        :param open_lots: list of :class:`OpenLot`
        :return: ``[(lot id, amount), …]``
        :raise InsufficientCredit: they hold less
        """
        usable = [
            lots.Lot(lot.id, lot.remaining, lot.expiry, lot.company_id == request.company_id)
            for lot in open_lots
        ]
        return self._apply_rule(InsufficientCredit, lots.allocate, usable, amount)

    def _fetch_open_lots(self, account_id):
        """Return the account's lots that hold credit, the earliest expiry first."""
        rows = self.env.execute_query(
            # Read under the account's lock, straight from the table: amounts stay exact.
            SQL(
                """
                SELECT id, remaining::text, expiry_date, company_id, coalesce(tax_amount, 0) > 0
                  FROM loyalty_account_lot
                 WHERE account_id = %s AND remaining > 0
                 ORDER BY expiry_date, id
                """,
                account_id,
                to_flush=self.env["loyalty.account.lot"]._fields["remaining"],
            )
        )
        return [OpenLot(lot_id, Decimal(remaining), *others) for lot_id, remaining, *others in rows]

    def _get_free(self, state, lot_id):
        """Hook: credit that may be taken out of one lot, because nobody was promised it."""
        return state.available

    def _create_lot(self, state, request, origin, amount, expiry_date, vals=None):
        vals = {
            "currency_id": state.currency_id,  # first: amounts are rounded by it
            "account_id": request.account_id,
            "company_id": request.company_id,
            "origin": origin,
            "date": state.today,
            "expiry_date": expiry_date,
            "amount": amount,
            "remaining": amount,
            **(vals or {}),
        }
        vals["tax_amount"] = Decimal(repr(vals.get("tax_amount") or 0.0))
        vals["seal"] = self._seal_birth("lot", state, vals)
        return self._writer("loyalty.account.lot").create(self._to_floats(vals)).id

    def _check_expiry(self, state, expiry_date):
        """Refuse credit that could never be spent."""
        if expiry_date and fields.Date.to_date(expiry_date) < state.today:
            raise InvalidValue(self.env._("The last day to spend the credit is over already."))

    def _add_to_lots(self, allocations, state):
        changes = dict(allocations)
        for lot in self._writer("loyalty.account.lot").browse(changes):
            lot.remaining = float(self._exact(lot.remaining, state) + changes[lot.id])

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
                derived = self._derive(request, "release", hold.id)
                self._post_release(state, derived, hold, self._exact(hold.remaining, state))
        self._post_expiry(state, request)
        self._settle_debt(state, request)

    def _post_release(self, state, request, hold, amount, **options):
        """Release ``amount`` of a hold; without anything left it is closed.

        A part is taken off what was reserved at the start, so that the rest can be captured.
        """
        left = self._exact(hold.remaining, state) - amount
        vals = {"amount": float(self._exact(hold.captured, state) + left)} if left else {}
        self._writer(hold).write({"state": "open" if left else "closed", **vals})
        change = Change(held=-amount)
        release = self._post(state, request, "release", change, hold=hold, **options)
        self._settle_debt(state, request)
        return release

    def _post_expiry(self, state, request):
        """Expire the lots that are due, except for what is reserved.

        One movement for each establishment that gave them: it owes them no longer.
        """
        open_lots = self._fetch_open_lots(state.account_id)
        due = [lot for lot in open_lots if lot.expiry and lot.expiry < state.today]
        expiring = self._choose_expiring(state, due) if due else []
        places = {lot.id: lot.company_id for lot in due}
        for company_id in sorted({places[lot_id] for lot_id, _amount in expiring}):
            allocations = [line for line in expiring if places[line[0]] == company_id]
            self._add_to_lots(allocations, state)
            change = Change(sum(amount for _lot, amount in allocations), allocations=allocations)
            derived = self._derive(request, "expire", 0, company_id)
            self._post(state, derived, "expire", change)

    def _choose_expiring(self, state, due):
        """Hook: decide how much of the lots that are due expires; what is reserved stays.

        :param due: list of :class:`OpenLot`, the earliest expiry first
        :return: ``[(lot id, amount below zero), …]``
        """
        return lots.expire([(lot.id, lot.remaining) for lot in due], state.held)

    # === DEBT === #

    def _settle_debt(self, state, request):
        """Withdraw credit whose earning was taken back while it was spent or reserved.

        It is in its lot again, because the payment was refunded or the reservation released. As
        much as that earning left as a debt is taken, and the debt is less by it.
        """
        for lot_id, remaining, earning_id, company_id, owed in self._fetch_owing_lots(state):
            free = self._get_free(state, lot_id)
            amount = min(Decimal(remaining), Decimal(owed), state.debt, free)
            if amount <= 0:
                continue
            allocations = [(lot_id, -amount)]
            self._add_to_lots(allocations, state)
            self._post(
                state,
                self._derive(request, "take_back", earning_id, company_id),
                "take_back",
                Change(-amount, debt=-amount, allocations=allocations),
                reversal_of=self.env["loyalty.account.move"].browse(earning_id),
            )

    def _fetch_owing_lots(self, state):
        """Return ``(lot, remaining, earning, its establishment, owed)`` where one left a debt."""
        if not state.debt:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            # Read under the account's lock, straight from the table: amounts stay exact.
            SQL(
                """
                SELECT lot.id, lot.remaining::text, earning.id, earning.company_id,
                       sum(back.debt_amount)::text
                  FROM loyalty_account_lot lot
                  JOIN loyalty_account_allocation allocation ON allocation.lot_id = lot.id
                  JOIN loyalty_account_move earning
                    ON earning.id = allocation.move_id AND earning.kind = 'earn'
                  JOIN loyalty_account_move back
                    ON back.reversal_of_id = earning.id AND back.kind IN ('take_back', 'withhold')
                 WHERE lot.account_id = %s AND lot.remaining > 0
                 GROUP BY lot.id, earning.id, earning.company_id
                HAVING sum(back.debt_amount) > 0
                 ORDER BY lot.id
                """,
                state.account_id,
            )
        )

    def _derive(self, request, verb, reference_id, company_id=None):
        """A request of the ledger itself, for what falls due while another is carried out.

        :param request: the other one, or whatever says which account and establishment
        :param company_id: another establishment, where it falls due there
        """
        return Request(
            verb=verb,
            key=f"due/{uuid.uuid4().hex}",
            account_id=request.account_id,
            amount=ZERO,
            company_id=company_id or request.company_id,
            reference_id=reference_id,
        )
