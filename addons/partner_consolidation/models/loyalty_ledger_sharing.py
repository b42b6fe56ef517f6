from collections import namedtuple
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.loyalty_accounts.exceptions import InsufficientCredit, InvalidValue
from odoo.addons.loyalty_accounts.rules.entry import ZERO

from ..rules import honouring

#: What decides which credit of a card pays at a place; see ``rules.honouring.spend``.
Sharing = namedtuple("Sharing", "lots place promises used step")

#: Verbs that touch only credit that was earned or paid in where they happen.
OWN_VERBS = ("adjust",)


class LoyaltyLedger(models.AbstractModel):
    """Which credit pays where, under the account's lock. ``rules/honouring.py`` decides."""

    _inherit = "loyalty.ledger"

    # === HOOKS OF THE LEDGER === #

    def _check_spendable(self, state, request, amount):
        """Override: a partner's cashier is not told how much there is in all."""
        if request.company_id != state.company_id:
            return None
        return super()._check_spendable(state, request, amount)

    def _choose_lots(self, state, request, open_lots, amount, *, hold=None, bill=None):
        """Override: by the agreements, where there is more than the card's own establishment."""
        if self._is_simple(state, request, open_lots):
            return super()._choose_lots(state, request, open_lots, amount, hold=hold, bill=bill)
        if self._moves_own_only(state, request):
            open_lots = [lot for lot in open_lots if lot.company_id == request.company_id]
        elif request.verb == "transfer":  # between cards of one issuer: all that is free
            return self._choose_free(state, open_lots, amount)
        sharing = self._gather(state, request, open_lots, hold)
        bill = self._get_bill(request, hold, bill)
        takes = self._spend(sharing, amount, bill)
        self._check_enough(sharing, takes, amount)
        return takes

    def _check_reservable(self, state, request, bill):
        """Override: a reservation promises only what it can take when it is captured.

        :return: how much of it credit of the establishment itself may pay; None for all
        """
        open_lots = [
            lot
            for lot in self._fetch_open_lots(state.account_id)
            if not lot.expiry or lot.expiry >= state.today
        ]
        if self._is_simple(state, request, open_lots):
            return super()._check_reservable(state, request, bill)
        sharing = self._gather(state, request, open_lots)
        bill = self._get_bill(request, None, bill)
        takes = self._spend(sharing, request.amount, bill)
        self._check_enough(sharing, takes, request.amount)
        own = {lot.id for lot in sharing.lots if lot.accrual == request.company_id}
        return sum((taken for lot_id, taken in takes if lot_id in own), ZERO)

    def _note_promise(self, hold, promise):
        """Override: keep how much of it credit of the establishment itself may pay."""
        if promise is not None:
            self._writer("consolidation.promise").create(
                {"hold_id": hold.id, "own_amount": float(promise)}
            )
        return super()._note_promise(hold, promise)

    def _post_release(self, state, request, hold, amount, **options):
        """Override: what is released is what would have been taken last, the own credit."""
        self.env["consolidation.promise"]._reduce(hold, amount)
        return super()._post_release(state, request, hold, amount, **options)

    def _choose_expiring(self, state, due):
        """Override: what is promised to a partner's reservation does not expire either."""
        foreign = state.held and self._has_holds_elsewhere(state)
        if not state.held or not (
            foreign or any(lot.company_id != state.company_id for lot in due)
        ):
            return super()._choose_expiring(state, due)
        lots = self._to_rule_lots(due, state.company_id)
        promises = self._fetch_promises(state.account_id, state.company_id, lots)
        return honouring.expire(lots, promises)

    def _fetch_late_holders(self, accounts):
        """Override: accounts with reservations at partners expire one by one, too."""
        late = super()._fetch_late_holders(accounts)
        holders = [account for account in accounts if account.state.held]
        return late | {
            account.account_id for account in holders if self._has_holds_elsewhere(account.state)
        }

    # === DECIDING === #

    def _is_simple(self, state, request, open_lots):
        """Whether only the card's own establishment is concerned: then nothing here matters."""
        return (
            request.company_id == state.company_id
            and all(lot.company_id == state.company_id for lot in open_lots)
            and not (state.held and self._has_holds_elsewhere(state))
        )

    def _moves_own_only(self, state, request):
        if request.verb in OWN_VERBS:
            return True
        target = self.env["loyalty.account"].browse(request.reference_id).sudo()  # compared only
        return request.verb == "transfer" and target.company_id.id != state.company_id

    def _choose_free(self, state, open_lots, amount):
        """All credit that is not promised, the earliest expiry first."""
        lots = self._to_rule_lots(open_lots, state.company_id)
        promises = self._fetch_promises(state.account_id, state.company_id, lots)
        free = [(lot_id, -part) for lot_id, part in honouring.expire(lots, promises)]
        takes, rest = [], amount
        for lot_id, part in free:
            if rest > 0:
                takes.append((lot_id, min(part, rest)))
                rest -= takes[-1][1]
        if rest > 0:
            raise InsufficientCredit(self.env._("Only %s is available.", amount - rest))
        return takes

    def _spend(self, sharing, amount, bill):
        return honouring.spend(
            sharing.lots,
            sharing.place,
            amount,
            bill=bill,
            step=sharing.step,
            used=sharing.used,
            promises=sharing.promises,
        )

    def _check_enough(self, sharing, takes, amount):
        available = sum((taken for _lot, taken in takes), ZERO)
        if available < amount:
            raise InsufficientCredit(
                self.env._(
                    "Only %(available)s of this card's credit can pay this here, %(amount)s is "
                    "needed.",
                    available=available,
                    amount=amount,
                )
            )

    def _get_bill(self, request, hold, bill):
        """Value that shares are counted of; a reservation has counted its share already."""
        if hold:
            return self.env["consolidation.promise"]._get_own_left(hold)
        if bill is not None and bill < request.amount:
            raise InvalidValue(self.env._("The bill cannot be less than what is paid of it."))
        return request.amount if bill is None else bill

    # === READING, FOR WHOEVER ASKS === #

    @api.model
    def _gather_spendable(self, account, company, holds=(), document=None):
        """What :meth:`_sum_spendable` needs; None where only the own establishment is concerned.

        Reads without a lock: what it says may be gone in a moment, and the ledger checks again.

        :param holds: reservations of the document, which are there to be used
        :param document: record of which some is paid already
        """
        today = account.company_id._get_loyalty_today()
        lots = [
            lot
            for lot in self._fetch_open_lots(account.id)
            if not lot.expiry or lot.expiry >= today
        ]
        issuer = account.company_id
        elsewhere = any(lot.company_id != issuer.id for lot in lots)
        if company == issuer and not elsewhere and not account.held:
            return None
        step = Decimal(repr(account.currency_id.rounding))
        held = account.held
        sharing = self._gather_at(account.id, issuer.id, company, lots, step, held, holds)
        if not document or company == issuer:
            return sharing
        return sharing._replace(used=self._fetch_used(company, document._name, document.id, holds))

    @api.model
    def _sum_own_spendable(self, account, company, bill, holds):
        """Most that credit which was earned at a partner may pay there of a bill, by its terms.

        :param holds: reservations of that bill, whose promises are not somebody else's
        """
        sharing = self._gather_spendable(account, company, holds)
        own = [lot for lot in sharing.lots if lot.accrual == company.id]
        takes = self._spend(sharing._replace(lots=own, promises=[]), bill, bill)
        return sum((taken for _lot, taken in takes), ZERO)

    @api.model
    def _sum_spendable(self, sharing, bill=None):
        """Most that the card may pay of a bill, or of any; nothing of a document without value."""
        total = sum((lot.remaining for lot in sharing.lots), ZERO)
        value = Decimal(10) ** 12 if bill is None else bill
        takes = self._spend(sharing, min(total, value), value)
        return sum((taken for _lot, taken in takes), ZERO)

    # === GATHERING === #

    def _gather(self, state, request, open_lots, hold=None):
        """Return :class:`Sharing` for a request on a locked account."""
        company = self._company_of(request)
        sharing = self._gather_at(
            *(state.account_id, state.company_id, company, open_lots, state.step),
            *(state.held, hold or ()),
        )
        state.headrooms = sharing.place.headrooms
        if hold:
            return self._gather_captured(sharing, state, hold)
        if request.document_id and request.company_id != state.company_id:
            used = self._fetch_used(company, request.document_model, request.document_id)
            return sharing._replace(used=used)
        return sharing

    def _gather_at(self, account_id, issuer_id, company, open_lots, step, held, holds):
        issuer = self.env["res.company"].browse(issuer_id)
        agreements = self.env["consolidation.agreement"]
        away = company.id != issuer_id
        terms = agreements._get_terms_in_force(issuer, company) if away else None
        lots = self._to_rule_lots(open_lots, issuer_id)
        place = honouring.Place(
            company.id,
            issuer_id,
            bool(terms and terms.shared_deposit),
            self._get_headrooms(issuer, company, terms, lots),
        )
        promises = self._fetch_promises(account_id, issuer_id, lots, holds) if held else []
        return Sharing(lots, place, promises, [], step)

    def _gather_captured(self, sharing, state, hold):
        """What a reservation counted on, and no more: neither limits nor terms change it."""
        own_left = self.env["consolidation.promise"]._get_own_left(hold)
        elsewhere = max(self._exact(hold.remaining, state) - own_left, ZERO)
        lots = [lot._replace(percentage=honouring.HUNDRED) for lot in sharing.lots]
        place = sharing.place._replace(shared=True, headrooms=None, elsewhere=elsewhere)
        return sharing._replace(lots=lots, place=place)

    def _to_rule_lots(self, open_lots, issuer_id):
        """The ledger's lots as ``rules.honouring.Lot``, each with the terms it was earned by."""
        elsewhere = [lot.id for lot in open_lots if lot.company_id != issuer_id]
        terms = self.env["consolidation.lot"]._get_terms(elsewhere)
        rule_lots = []
        for lot in open_lots:
            shared, percentage = True, honouring.HUNDRED
            if lot.id in terms:
                shared = terms[lot.id].shared_deposit
                percentage = Decimal(repr(terms[lot.id].payment_percentage))
            rule_lots.append(
                honouring.Lot(
                    *(lot.id, lot.remaining, lot.expiry, lot.company_id),
                    *(shared, percentage, lot.bound),
                )
            )
        return rule_lots

    def _get_headrooms(self, issuer, company, terms, lots):
        """How much more credit of each other establishment ``company`` accepts, where limited."""
        agreements = self.env["consolidation.agreement"]
        limits = {}
        if terms and terms.exposure_limit:
            limits[issuer.id] = terms
        if company == issuer:
            for partner_id in {lot.accrual for lot in lots} - {issuer.id}:
                partner = self.env["res.company"].browse(partner_id)
                last = agreements._get_last_terms(issuer, partner)
                if last.exposure_limit:
                    limits[partner_id] = last
        if not limits:
            return None
        positions = self.env["consolidation.item"]._get_positions(company, issuer.currency_id)
        return {
            partner_id: Decimal(repr(last.exposure_limit)) - positions.get(partner_id, ZERO)
            for partner_id, last in limits.items()
        }

    # === QUERIES === #

    def _has_holds_elsewhere(self, state):
        # Reads only, from the index of open reservations.
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT FROM loyalty_account_hold
                        WHERE account_id = %s AND state = 'open' AND company_id <> %s LIMIT 1""",
                    state.account_id,
                    state.company_id,
                    to_flush=self.env["loyalty.account.hold"]._fields["state"],
                )
            )
        )

    def _fetch_promises(self, account_id, issuer_id, lots, holds=()):
        """What open reservations count on, as ``rules.honouring.Promise``, but these."""
        held = self.env["loyalty.account.hold"]
        # Superuser: the account's own reservations.
        others = held.sudo().search(
            [("account_id", "=", account_id), ("state", "=", "open")], order="id"
        ) - held.sudo().union(*holds)
        promises = []
        for hold in others:
            promises += self._to_promises(hold, issuer_id, lots)
        return promises

    def _to_promises(self, hold, issuer_id, lots):
        """One promise for what the place's own credit pays, one for what comes from elsewhere."""
        remaining, place_id = Decimal(repr(hold.remaining)), hold.company_id.id
        place = honouring.Place(place_id, issuer_id, shared=True)
        usable = [lot for lot in lots if honouring.is_spendable(lot, place)]
        given = frozenset(lot.id for lot in usable if lot.accrual == place_id)
        elsewhere = frozenset(lot.id for lot in usable if lot.accrual != place_id)
        own = min(self.env["consolidation.promise"]._get_own_left(hold), remaining)
        promises = [honouring.Promise(own, given), honouring.Promise(remaining - own, elsewhere)]
        return [promise for promise in promises if promise.amount > 0]

    def _fetch_used(self, company, document_model, document_id, holds=()):
        """What credit of the establishment itself has paid, or is promised, of a document.

        Of all partners' cards: the share is one of the document.
        """
        # Reads only.
        ((used,),) = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(-sum(a.amount), 0)::text
                  FROM loyalty_account_move m
                  JOIN loyalty_account card ON card.id = m.account_id
                  JOIN loyalty_account_allocation a ON a.move_id = m.id
                 WHERE m.document_model = %(model)s AND m.document_id = %(document)s
                   AND m.kind IN ('charge', 'capture', 'refund')
                   AND card.company_id <> %(company)s
                   AND a.accrual_company_id = %(company)s AND a.spend_company_id = %(company)s
                """,
                model=document_model,
                document=document_id,
                company=company.id,
            )
        )
        promised = self.env["consolidation.promise"]._get_promised(
            company, document_model, document_id, holds
        )
        total = Decimal(used) + promised
        return [(ZERO, total)] if total else []

    def _get_free(self, state, lot_id):
        """Override: what a reservation elsewhere counts on is not free."""
        available = super()._get_free(state, lot_id)
        if not state.held:
            return available
        lots = self._to_rule_lots(self._fetch_open_lots(state.account_id), state.company_id)
        promises = self._fetch_promises(state.account_id, state.company_id, lots)
        return min(available, honouring.get_free(lots, promises, lot_id))
