from collections import namedtuple
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.entry import Change, Request
from .loyalty_batch import no_garbage

#: A balance to bring over; see ``loyalty.ledger._open`` for what each of them must be.
Opening = namedtuple("Opening", "account amount key expiry_date")

#: One movement that brings a balance over, ready to be written.
_Entry = namedtuple("_Entry", "locked request expiry_date vals lines")


class LoyaltyLedgerOpening(models.AbstractModel):
    """The verb ``open`` for many accounts at once, with the same result."""

    _name = "loyalty.ledger.opening"
    _description = "Loyalty ledger: opening balances of many accounts"
    _inherit = ["loyalty.ledger.transfer", "loyalty.ledger.expiry"]

    @api.model
    def _open_many(self, openings, document=None):
        """Bring over many balances, each once for its key.

        New accounts, on which nothing can be due, are opened together by six statements. Accounts
        that have moved before, and keys that were used before, go through the verb.

        :param openings: list of :class:`Opening`; an account may have several
        :param document: record that they happen for
        :return: how many there were
        :raise LoyaltyError: as :meth:`_open`; nothing is written then
        """
        self.env.flush_all()
        accounts = self.env["loyalty.account"].union(*(opening.account for opening in openings))
        todays = {
            company.id: company._get_loyalty_today() for company in accounts.company_id.sudo()
        }  # superuser: what day it is, everybody may know
        fresh = {
            locked.account_id: locked
            for locked in self._lock_free(accounts.ids, todays)
            if not locked.state.version
        }
        used = self._fetch_used_keys([opening.key for opening in openings])
        entries, others = [], []
        with no_garbage():
            for opening in openings:
                locked = fresh.get(opening.account.id)
                if locked and opening.key not in used:
                    used.add(opening.key)
                    entries.append(self._prepare_entry(opening, locked, document))
                else:
                    others.append(opening)
            if entries:
                self._write_entries(entries, document)
        self._forget_cached()
        for account, amount, key, expiry_date in others:
            self._open(account, amount, key=key, expiry_date=expiry_date, document=document)
        return len(openings)

    def _fetch_used_keys(self, keys):
        # Reads only; keys are unique over all companies.
        rows = self.env.execute_query(
            SQL("SELECT key FROM loyalty_account_move WHERE key = ANY(%s)", keys)
        )
        return {key for (key,) in rows}

    def _prepare_entry(self, opening, locked, document):
        """Check an opening as the verb does."""
        amount = self._parse_amount(opening.amount, locked.state.step)
        expiry_date = fields.Date.to_date(opening.expiry_date) or False
        self._check_expiry(locked.state, expiry_date)
        vals = self._document_vals(document)
        request = Request(
            verb="opening",
            key=opening.key,
            account_id=locked.account_id,
            amount=amount,
            company_id=locked.company_id,
            document_model=vals["document_model"] or "",
            document_id=vals["document_id"] or 0,
        )
        return _Entry(locked, request, expiry_date, None, None)

    # === WRITING === #

    def _write_entries(self, entries, document):
        """Write lots, movements, allocations and accounts; see :meth:`_write_expiries`."""
        versions, lots = {}, []
        for entry in entries:
            # The movement that makes the lot: its number is part of the lot's seal.
            version = versions.get(entry.locked.account_id, entry.locked.state.version)
            lots.append(self._prepare_lot(entry, version))
            versions[entry.locked.account_id] = version + 1
        lot_ids = self._insert_in_order("loyalty.account.lot", lots)
        document_vals, now = self._document_vals(document), fields.Datetime.now()
        states, sealed = {}, []
        for entry, lot_id in zip(entries, lot_ids, strict=True):
            account_id = entry.locked.account_id
            state = states.setdefault(account_id, replace(entry.locked.state))
            sealed.append(self._seal_entry(entry, lot_id, state, document_vals, now))
        move_ids = self._insert_in_order("loyalty.account.move", [entry.vals for entry in sealed])
        lines = [
            dict(line, move_id=move_id)
            for entry, move_id in zip(sealed, move_ids, strict=True)
            for line in entry.lines
        ]
        self._insert_rows("loyalty.account.allocation", lines)
        last = {
            entry.request.account_id: move_id
            for entry, move_id in zip(sealed, move_ids, strict=True)
        }
        seals = [self._seal_head(states[account_id]) for account_id in last]
        self._follow_accounts(list(last.values()), seals)

    def _insert_in_order(self, model, rows):
        """Insert rows and return their ids, in the same order: the sequence follows it."""
        inserted = self._insert_rows(model, list(rows), after=SQL("RETURNING id"))
        return sorted(row_id for (row_id,) in inserted)

    def _prepare_lot(self, entry, version):
        now, state = self.env.cr.now(), entry.locked.state
        vals = {
            "currency_id": entry.locked.state.currency_id,
            "account_id": entry.locked.account_id,
            "company_id": entry.locked.company_id,
            "origin": "opening",
            "date": entry.locked.state.today,
            "expiry_date": entry.expiry_date,
            "amount": entry.request.amount,
            "remaining": entry.request.amount,
            "tax_amount": Decimal(0),
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        return vals | {"seal": self._seal_birth("lot", replace(state, version=version), vals)}

    def _seal_entry(self, entry, lot_id, state, document_vals, now):
        """Return the entry with the values of its movement, sealed onto the account's last one."""
        amount = entry.request.amount
        self._check_balance_limit(state, amount)
        change = Change(amount, allocations=[(lot_id, amount)])
        state.apply(change)
        vals = self._prepare_move_vals(state, entry.request, "opening", change, now)
        vals.update(document_vals, partner_name=entry.locked.partner_name or False)
        line = self._prepare_allocation(
            entry.request,
            state.currency_id,
            lot_id=lot_id,
            amount=amount,
            accrual_company_id=entry.locked.company_id,
            expiry_date=entry.expiry_date,
        )
        return entry._replace(vals=self._seal_onto(state, vals, [line]), lines=[line])
