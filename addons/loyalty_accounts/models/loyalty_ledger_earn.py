from odoo import api, models

from ..const import NO_AMOUNT
from ..exceptions import InsufficientCredit, InvalidValue, MovementRefused
from ..rules import earning
from ..rules.entry import ZERO, Change


class LoyaltyLedgerEarn(models.AbstractModel):
    """Verbs that give credit and take it back: top-up, earning, manual entry."""

    _name = "loyalty.ledger.earn"
    _description = "Loyalty ledger: giving credit"
    _inherit = ["loyalty.ledger.lots"]

    @api.model
    def _top_up(self, account, amount, **options):
        """Credit money that the customer paid in.

        :param amount: above zero, a multiple of the currency's rounding
        :param expiry_date: last day on which the credit can be spent; empty: it never expires;
            not given: as the establishment's settings say
        :param lot: further values of the lot: ``origin``, ``tax_amount``, ``sale_line_id``
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        lot_vals = options.pop("lot", {})
        given = self._pop_expiry(options)
        request, state, done = self._begin("top_up", account, amount, **options)
        if done:
            return done
        expiry_date = self._resolve_expiry(given, state, request, "top_up")
        account._check_usable(self._company_of(request))
        self._check_balance_limit(state, request.amount)
        self._check_expiry(state, expiry_date)
        lot_id = self._create_lot(state, request, "top_up", request.amount, expiry_date, lot_vals)
        change = Change(request.amount, allocations=[(lot_id, request.amount)])
        move = self._post(state, request, "top_up", change, **options)
        self._settle_debt(state, request)
        return move

    @api.model
    def _earn(self, account, amount, **options):
        """Credit a bonus earned by a document; what the account owes is repaid first.

        :param amount: above zero, already rounded (:func:`rules.earning.earned`)
        :param expiry_date: last day on which the credit can be spent; empty: it never expires;
            not given: as the establishment's settings say
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise LoyaltyError: invalid amount, unusable account, reused key
        """
        given = self._pop_expiry(options)
        request, state, done = self._begin("earn", account, amount, **options)
        if done:
            return done
        expiry_date = self._resolve_expiry(given, state, request, "earn")
        account._check_usable(self._company_of(request))
        self._check_balance_limit(state, request.amount)
        self._check_expiry(state, expiry_date)
        credited, repaid = earning.repay(request.amount, self._get_debt_at(state, request))
        allocations = []
        if credited:
            lot_id = self._create_lot(state, request, "earn", credited, expiry_date)
            allocations.append((lot_id, credited))
        change = Change(credited, debt=-repaid, allocations=allocations)
        return self._post(state, request, "earn", change, **options)

    @api.model
    def _take_back(self, move, amount=None, *, money=ZERO, **options):
        """Take earned credit back because its document was cancelled or returned (LA14).

        What is left of it is withdrawn; what expired unused is forgiven; what was spent is
        withheld from a refund in money, and becomes a debt where there is none. Works on blocked
        and expired accounts too.

        :param move: the earning, of kind ``earn``
        :param amount: above zero, at most what was not taken back yet; nothing: all of that
        :param money: Decimal, refund in money that spent credit is withheld from; the movement's
            ``withheld_amount`` says how much
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``, or an empty one where nothing is left to take
        :raise MovementRefused: no earning, or more than is left of it
        """
        if move.kind != "earn":
            raise MovementRefused(self.env._("Only earned credit can be taken back."))
        request, state, done = self._begin(
            "take_back",
            move.account_id,
            NO_AMOUNT if amount is None else amount,
            reference_id=move.id,
            **options,
        )
        if done:
            return done
        self._settle_due(state, request)
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
            available=self._get_free(state, lot.id) if lot else state.available,
            money=money,
        )
        allocations = [(lot.id, -split.withdrawn)] if split.withdrawn else []
        self._add_to_lots(allocations, state)
        change = Change(
            -split.withdrawn, ZERO, split.debt, allocations, asked=value, withheld=split.withheld
        )
        back = self._post(state, request, "take_back", change, reversal_of=move, **options)
        self._settle_debt(state, request)
        return back

    @api.model
    def _withhold(self, move, amount, **options):
        """Note that what an earning left as a debt was withheld from a refund in money.

        :param move: the earning, of kind ``earn``
        :param amount: above zero, at most what it still owes
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise MovementRefused: it owes less
        """
        request, state, done = self._begin(
            "withhold", move.account_id, amount, reference_id=move.id, **options
        )
        if done:
            return done
        if request.amount > min(move._get_loyalty_owed(), state.debt):
            raise MovementRefused(self.env._("Less is owed than is to be withheld."))
        change = Change(debt=-request.amount, withheld=request.amount)
        return self._post(state, request, "withhold", change, reversal_of=move, **options)

    @api.model
    def _void(self, move, amount, **options):
        """Take bought credit back, because the money for it is refunded.

        Works on blocked and expired accounts too.

        :param move: the top-up, of kind ``top_up``
        :param amount: above zero, at most what is left in its lot
        :param options: see :meth:`_begin`
        :return: the ``loyalty.account.move``
        :raise MovementRefused: no top-up
        :raise InsufficientCredit: it was spent, or is reserved
        """
        if move.kind != "top_up":
            raise MovementRefused(self.env._("Only a top-up can be refunded."))
        request, state, done = self._begin(
            "void", move.account_id, amount, reference_id=move.id, **options
        )
        if done:
            return done
        self._settle_due(state, request)
        lot = move.sudo().allocation_ids.lot_id  # it may belong to another establishment
        self._check_available(state, request.amount)
        left = min(self._exact(lot.remaining, state), self._get_free(state, lot.id))
        if request.amount > left:
            raise InsufficientCredit(self.env._("Only %s of this top-up is left.", left))
        allocations = [(lot.id, -request.amount)]
        self._add_to_lots(allocations, state)
        change = Change(-request.amount, allocations=allocations)
        return self._post(state, request, "void", change, reversal_of=move, **options)

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
            lot_id = self._create_lot(state, request, "adjust", request.amount, None)
            allocations = [(lot_id, request.amount)]
        else:
            allocations = self._take(state, request, -request.amount)
        change = Change(request.amount, allocations=allocations)
        move = self._post(state, request, "adjust", change, note=note, **options)
        self._settle_debt(state, request)
        return move

    # === INTERNALS === #

    def _pop_expiry(self, options):
        """Take the expiry out of a verb's options; a tuple, empty where none was given."""
        return (options.pop("expiry_date"),) if "expiry_date" in options else ()

    def _resolve_expiry(self, given, state, request, origin):
        """Return the last day of new credit, counted from the account's own day."""
        if given:
            return given[0]
        return self._company_of(request)._get_loyalty_credit_expiry(origin, state.today)

    def _get_debt_at(self, state, request):
        """Hook: what of the debt an earning repays; a partner's is not repaid here."""
        return state.debt

    def _get_take_back_limits(self, move, state):
        """Return what is left of an earning, and how much of it expired and is not forgiven."""
        move = move.sudo()  # its lot may belong to another establishment
        left, forgiven = self._exact(move.asked_amount, state), ZERO
        for back in move.reversal_ids.filtered(lambda back: back.kind == "take_back"):
            asked = self._exact(back.asked_amount, state)
            left -= asked
            spent = self._exact(back.debt_amount + back.withheld_amount, state)
            forgiven += asked + self._exact(back.amount, state) - spent
        expired = -sum(
            self._exact(line.amount, state)
            for line in move.allocation_ids.lot_id.allocation_ids
            if line.move_id.kind == "expire"
        )
        return left, expired - forgiven
