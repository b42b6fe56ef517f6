import uuid
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import InsufficientCredit, InvalidValue
from ..rules import lots
from ..rules.entry import ZERO, Change, Request


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
        """Expire the lots that are due, except for what is reserved."""
        due = [
            (lot_id, Decimal(remaining))
            for lot_id, remaining, expiry, _company_id in self._fetch_open_lots(state)
            if expiry and expiry < state.today
        ]
        allocations = lots.expire(due, state.held)
        if not allocations:
            return
        self._add_to_lots(allocations, state)
        change = Change(sum(amount for _lot, amount in allocations), allocations=allocations)
        self._post(state, self._derive(request, "expire", 0), "expire", change)

    # === DEBT === #

    def _settle_debt(self, state, request):
        """Withdraw credit whose earning was taken back while it was spent or reserved.

        It is in its lot again, because the payment was refunded or the reservation released. As
        much as that earning left as a debt is taken, and the debt is less by it.
        """
        for lot_id, remaining, earning_id, owed in self._fetch_owing_lots(state):
            amount = min(Decimal(remaining), Decimal(owed), state.debt, state.available)
            if amount <= 0:
                continue
            allocations = [(lot_id, -amount)]
            self._add_to_lots(allocations, state)
            self._post(
                state,
                self._derive(request, "take_back", earning_id),
                "take_back",
                Change(-amount, debt=-amount, allocations=allocations),
                reversal_of=self.env["loyalty.account.move"].browse(earning_id),
            )

    def _fetch_owing_lots(self, state):
        """Return ``(lot, remaining, earning, owed)`` of lots whose earning left a debt."""
        if not state.debt:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            # Read under the account's lock, straight from the table: amounts stay exact.
            SQL(
                """
                SELECT lot.id, lot.remaining::text, earning.id, sum(back.debt_amount)::text
                  FROM loyalty_account_lot lot
                  JOIN loyalty_account_allocation allocation ON allocation.lot_id = lot.id
                  JOIN loyalty_account_move earning
                    ON earning.id = allocation.move_id AND earning.kind = 'earn'
                  JOIN loyalty_account_move back
                    ON back.reversal_of_id = earning.id AND back.kind IN ('take_back', 'withhold')
                 WHERE lot.account_id = %s AND lot.remaining > 0
                 GROUP BY lot.id, earning.id
                HAVING sum(back.debt_amount) > 0
                 ORDER BY lot.id
                """,
                state.account_id,
            )
        )

    def _derive(self, request, verb, reference_id):
        """A request of the ledger itself, for what falls due while another is carried out.

        :param request: the other one, or whatever says which account and establishment
        """
        return Request(
            verb=verb,
            key=f"due/{uuid.uuid4().hex}",
            account_id=request.account_id,
            amount=ZERO,
            company_id=request.company_id,
            reference_id=reference_id,
        )
