from collections import namedtuple
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import lots
from ..rules.entry import Change
from .loyalty_batch import Step, no_garbage
from .loyalty_ledger_base import STATE_COLUMNS

#: An account that the batch has locked, and its lots whose last day is over, the earliest first.
LockedAccount = namedtuple("LockedAccount", "account_id company_id partner_name state due")
DueLot = namedtuple("DueLot", "id remaining expiry company_id")

#: One account's expiry, ready to be written.
Expiry = namedtuple("Expiry", "state vals lines")


class LoyaltyLedgerExpiry(models.AbstractModel):
    """The verb ``expire`` for many accounts at once, with the same result.

    The rules are those of every verb; what differs is that one statement locks the accounts of a
    batch and reads their lots, and four write what came of it.
    """

    _name = "loyalty.ledger.expiry"
    _description = "Loyalty ledger: expiry of many accounts"
    _inherit = ["loyalty.ledger.lots", "loyalty.batch"]

    @api.model
    def _expire_due(self, limit, position):
        """Expire what is due on the accounts of the next ``limit`` lots.

        Accounts that somebody uses at this moment are skipped: this work can wait, a till
        cannot, and whoever uses an account expires its lots anyway.

        :param int limit: lots looked at, which bounds memory and the time accounts are locked
        :param position: ``(date, account id)`` after which to go on
        :return: :class:`Step`; ``done`` counts accounts
        """
        self._get_ledger_key()  # without it every single account would fail
        self.env.flush_all()
        todays = self._get_todays()
        page = self._fetch_due_page(max(todays.values()), limit, position)
        wanted = sorted({account_id for _day, account_id in page})
        accounts = self._lock_free(wanted, todays) if wanted else []
        with no_garbage():
            done, _failed = self._divide(accounts, self._expire_accounts)
        self._forget_cached()
        return Step(
            seen=len(page),
            done=done,
            busy=len(wanted) - len(accounts),
            position=page[-1] if len(page) == limit else None,
        )

    @api.model
    def _count_due(self):
        """Return how many lots are past their last day somewhere."""
        latest = max(self._get_todays().values())
        ((count,),) = self.env.execute_query(
            # Reads only; from the index of lots that expire.
            SQL(
                """SELECT count(*) FROM loyalty_account_lot
                    WHERE remaining > 0 AND expiry_date < %s""",
                latest,
            )
        )
        return count

    # === READING AND LOCKING === #

    def _get_todays(self):
        """Return ``{company id: today}``: a day ends at another moment in each company's zone."""
        # Superuser: credit expires at every company, archived ones included.
        companies = self.env["res.company"].sudo().search([("active", "in", [True, False])])
        return {company.id: company._get_loyalty_today() for company in companies}

    def _fetch_due_page(self, latest, limit, position):
        """Return ``(expiry, account id)`` of the next lots that are past their last day.

        By key, not by offset: lots that stay (reserved, or of an account that was skipped) are
        passed once, and entries of expired lots that the index still has are not read again.
        """
        return self.env.execute_query(
            # Reads only, from the index of lots that expire alone.
            SQL(
                """
                SELECT expiry_date, account_id
                  FROM loyalty_account_lot
                 WHERE remaining > 0 AND expiry_date < %s
                   AND (expiry_date, account_id) > (%s, %s)
                 ORDER BY expiry_date, account_id
                 LIMIT %s
                """,
                latest,
                *position,
                limit,
            )
        )

    def _lock_free(self, account_ids, todays):
        """Lock the accounts that nobody else has locked; return them in the order of their ids.

        Their lots are read by the same statement: nobody changes a lot without its account's
        lock, and an account that changed since the statement began is not locked but reported
        as a serialization failure. The customer's name is the stored one, which is what a
        movement made without a language says, too.
        """
        rows = self.env.execute_query(
            # Skips locked rows on purpose, so that it never waits while it holds locks itself.
            SQL(
                """
                SELECT account.company_id, partner.complete_name, lot.id, lot.remaining::text,
                       lot.expiry_date, lot.company_id, %s
                  FROM loyalty_account account
                  JOIN res_currency currency ON currency.id = account.currency_id
                  JOIN unnest(%s::int[], %s::date[]) AS company(id, today)
                    ON company.id = account.company_id
                  LEFT JOIN res_partner partner ON partner.id = account.partner_id
                  LEFT JOIN loyalty_account_lot lot
                    ON lot.account_id = account.id AND lot.remaining > 0
                   AND lot.expiry_date < company.today
                 WHERE account.id = ANY(%s)
                 ORDER BY account.id, lot.expiry_date, lot.id
                   FOR NO KEY UPDATE OF account SKIP LOCKED
                """,
                STATE_COLUMNS,
                list(todays),
                list(todays.values()),
                account_ids,
            )
        )
        accounts = []
        for company_id, name, lot_id, remaining, expiry, lot_company_id, *columns in rows:
            if not accounts or accounts[-1].account_id != columns[0]:
                state = self._to_state(columns, todays[company_id])
                accounts.append(LockedAccount(columns[0], company_id, name, state, []))
            if lot_id:
                lot = DueLot(lot_id, Decimal(remaining), expiry, lot_company_id)
                accounts[-1].due.append(lot)
        return accounts

    def _fetch_late_holders(self, accounts):
        """Return the ids of accounts with a reservation that has run out."""
        holders = [account.account_id for account in accounts if account.state.held]
        if not holders:
            return set()
        rows = self.env.execute_query(
            # Read under the accounts' locks.
            SQL(
                """SELECT DISTINCT account_id FROM loyalty_account_hold
                    WHERE account_id = ANY(%s) AND state = 'open' AND expires_at <= %s""",
                holders,
                fields.Datetime.now(),
            )
        )
        return {account_id for (account_id,) in rows}

    # === EXPIRING === #

    def _expire_accounts(self, accounts):
        """Expire what is due on locked accounts.

        Where more than expiry is due (a reservation has run out, a debt may be settled), or
        several establishments gave the credit, the verb does it, account by account; these are
        few.

        :return: how many accounts they were
        """
        late, expiries = self._fetch_late_holders(accounts), []
        now = fields.Datetime.now()
        for account in accounts:
            account_id = account.account_id
            elsewhere = any(lot.company_id != account.company_id for lot in account.due)
            if account.state.debt or account_id in late or elsewhere:
                ledger = self.with_company(account.company_id)
                ledger._expire(self.env["loyalty.account"].browse(account_id))
            elif expiry := self._prepare_expiry(account, now):
                expiries.append(expiry)
        if expiries:
            self._write_expiries(expiries)
        return len(accounts)

    def _prepare_expiry(self, account, now):
        """Return the movement that expires an account's lots, or nothing where all is reserved."""
        state = replace(account.state)  # what was read stays, should the batch be tried again
        allocations = lots.expire([(lot.id, lot.remaining) for lot in account.due], state.held)
        if not allocations:
            return None
        request = self._derive(account, "expire", 0)
        change = Change(sum(amount for _lot, amount in allocations), allocations=allocations)
        state.apply(change)
        vals = self._prepare_move_vals(state, request, "expire", change, now)
        vals["partner_name"] = account.partner_name or False
        by_id = {lot.id: lot for lot in account.due}
        lines = [
            self._prepare_allocation(
                request,
                state.currency_id,
                lot_id=lot_id,
                amount=amount,
                accrual_company_id=by_id[lot_id].company_id,
                expiry_date=by_id[lot_id].expiry,
            )
            for lot_id, amount in allocations
        ]
        return Expiry(state, self._seal_onto(state, vals, lines), lines)

    # === WRITING === #

    def _write_expiries(self, expiries):
        """Write the movements of a batch, and what they leave in lots and accounts.

        Straight into the tables, by four statements: no stored field of another model follows
        from these, which a test watches over.
        """
        inserted = self._insert_rows(
            "loyalty.account.move",
            [expiry.vals for expiry in expiries],
            after=SQL("RETURNING account_id, id"),
        )
        move_ids = dict(inserted)  # by account: each has one movement in a batch
        lines = [
            dict(line, move_id=move_ids[expiry.state.account_id])
            for expiry in expiries
            for line in expiry.lines
        ]
        self._insert_rows("loyalty.account.allocation", lines)
        seals = {move_ids[one.state.account_id]: self._seal_head(one.state) for one in expiries}
        self._follow_moves(list(seals), list(seals.values()))

    def _follow_moves(self, move_ids, head_seals):
        """Bring lots and accounts to where the movements left them."""
        # Under the accounts' locks; the CHECK refuses what would go below zero.
        self.env.cr.execute(
            SQL(
                """
                UPDATE loyalty_account_lot lot
                   SET remaining = lot.remaining + line.amount, write_uid = %s, write_date = %s
                  FROM loyalty_account_allocation line
                 WHERE line.move_id = ANY(%s) AND lot.id = line.lot_id
                """,
                self.env.uid,
                self.env.cr.now(),
                move_ids,
            )
        )
        self._follow_accounts(move_ids, head_seals)

    def _follow_accounts(self, move_ids, head_seals):
        """Bring accounts to where their movements left them; one movement for each account.

        :param head_seals: seals of the accounts' rows, in the order of the movements
        """
        # The locked rows are updated, so that whoever waits for them starts again.
        self.env.cr.execute(
            SQL(
                """
                UPDATE loyalty_account account
                   SET balance = move.balance_after, version = move.seq, head_hash = move.hash,
                       head_seal = head.seal, write_uid = %s, write_date = %s
                  FROM loyalty_account_move move
                  JOIN unnest(%s::int[], %s::varchar[]) AS head(move_id, seal)
                    ON head.move_id = move.id
                 WHERE account.id = move.account_id
                """,
                self.env.uid,
                self.env.cr.now(),
                move_ids,
                head_seals,
            )
        )

    def _forget_cached(self):
        """Let go of what the ORM may hold of rows that were written past it."""
        for model in (
            "loyalty.account",
            "loyalty.account.lot",
            "loyalty.account.move",
            "loyalty.account.allocation",
        ):
            self.env[model].invalidate_model(flush=False)
