from odoo import api, models

from ..exceptions import InvalidValue, MovementRefused
from ..rules.entry import Change, Request


class LoyaltyLedgerTransfer(models.AbstractModel):
    """Verbs that bring credit over: from another system, or from another account."""

    _name = "loyalty.ledger.transfer"
    _description = "Loyalty ledger: opening balances and transfers"
    _inherit = ["loyalty.ledger.lots"]

    @api.model
    def _open(self, account, amount, *, key, expiry_date=None, **options):
        """Bring over a balance from another system, once for each key.

        Works on blocked and expired accounts too: what is owed is owed.

        :param amount: above zero
        :param str key: required, because the same list may be read in twice
        :param expiry_date: last day on which the credit can be spent; nothing: it never expires
        :param options: see :meth:`_begin`; the company is the account's by default
        :return: the ``loyalty.account.move``
        :raise LoyaltyError: invalid amount or key, a day that is over, reused key
        """
        if not key:
            raise InvalidValue(self.env._("An opening balance needs a request id."))
        options.setdefault("company", account.company_id)
        request, state, done = self._begin("opening", account, amount, key=key, **options)
        if done:
            return done
        self._settle_due(state, request)
        self._check_balance_limit(state, request.amount)
        self._check_expiry(state, expiry_date)
        lot_id = self._create_lot(state, request, "opening", request.amount, expiry_date)
        change = Change(request.amount, allocations=[(lot_id, request.amount)])
        move = self._post(state, request, "opening", change, **options)
        self._settle_debt(state, request)
        return move

    @api.model
    def _transfer(self, source, target, amount, *, key, note=None, document=None):
        """Move credit to another account: one movement on each, with the same document and note.

        Each lot taken becomes one lot of the target, with its origin, day and expiry, and, where
        both cards are of one establishment, with the one that gave it. So credit does not get
        younger, and what it is in the books stays. Works on a source in any state, a
        blocked or lost card above all; the target must be usable. Each company books its side.

        :param amount: above zero, at most what is available on the source
        :param str key: required; the movements have ``<key>/out`` and ``<key>/in``
        :param str note: reason, at most 500 characters
        :param document: record that it happens for
        :return: both movements, the source's first
        :raise MovementRefused: the same account, or another currency
        :raise LoyaltyError: less is available, the target cannot be used, reused key
        """
        self._check_transfer(source, target, key)
        # Both at once, in the order of their ids, before either is worked on.
        self._lock(source | target)
        options = {"note": note, "document": document}
        sending, state, done = self._begin(
            "transfer",
            source,
            amount,
            key=f"{key}/out",
            company=source.company_id,
            reference_id=target.id,
            **options,
        )
        if done:
            return done | self._find_done(self._mirror(sending, source, target, key))
        target._check_usable(target.company_id)
        self._settle_due(state, sending)
        takes = self._take(state, sending, sending.amount)
        sent = self._post(
            state, sending, "transfer", Change(-sending.amount, allocations=takes), **options
        )
        return sent | self._receive(
            self._mirror(sending, source, target, key), target, sent, **options
        )

    @api.model
    def _transfer_debt(self, source, target, amount, *, key, note=None):
        """Move a debt to another account of the same company: one movement on each.

        :param amount: above zero, at most what the source owes
        :param str key: required; the movements have ``<key>/out`` and ``<key>/in``
        :param str note: reason, at most 500 characters
        :return: both movements, the source's first
        :raise MovementRefused: less is owed, the same account, or another currency
        :raise RequestConflict: reused key
        """
        self._check_transfer(source, target, key)
        self._lock(source | target)
        options = {"company": source.company_id, "note": note}
        sending, state, done = self._begin(
            "transfer_debt", source, amount, key=f"{key}/out", reference_id=target.id, **options
        )
        if done:
            return done | self._find_done(self._mirror(sending, source, target, key))
        if sending.amount > state.debt:
            raise MovementRefused(self.env._("Only %s is owed.", state.debt))
        sent = self._post(state, sending, "transfer", Change(debt=-sending.amount), **options)
        receiving = self._mirror(sending, source, target, key)
        change = Change(debt=sending.amount)
        return sent | self._post(self._lock(target), receiving, "transfer", change, **options)

    # === INTERNALS === #

    def _check_transfer(self, source, target, key):
        source.ensure_one()
        target.ensure_one()
        if not key:
            raise InvalidValue(self.env._("A transfer needs a request id."))
        if source == target:
            raise MovementRefused(self.env._("Choose another account to transfer to."))
        if source.currency_id != target.currency_id:
            raise MovementRefused(
                self.env._(
                    "%(account)s holds %(currency)s, %(other)s holds %(other_currency)s: credit "
                    "is not exchanged.",
                    account=source.display_name,
                    currency=source.currency_id.name,
                    other=target.display_name,
                    other_currency=target.currency_id.name,
                )
            )

    def _mirror(self, sending, source, target, key):
        """The receiving side of a transfer, as a request of its own."""
        return Request(
            verb=sending.verb,
            key=f"{key}/in",
            account_id=target.id,
            amount=sending.amount,
            company_id=target.company_id.id,
            document_model=sending.document_model,
            document_id=sending.document_id,
            reference_id=source.id,
        )

    def _receive(self, receiving, target, sent, **options):
        state = self._lock(target)
        self._settle_due(state, receiving)
        self._check_balance_limit(state, receiving.amount)
        allocations = [
            (self._copy_lot(state, receiving, part), -self._exact(part.amount, state))
            for part in sent.sudo().allocation_ids.sorted("id")  # lots of partners, too
        ]
        change = Change(receiving.amount, allocations=allocations)
        received = self._post(state, receiving, "transfer", change, **options)
        self._settle_debt(state, receiving)
        return received

    def _copy_lot(self, state, receiving, part):
        """Make a lot of what was taken from another, with its day and the tax in it."""
        lot = part.lot_id
        issuer = lot.account_id.company_id.id
        company_id = lot.company_id.id if issuer == state.company_id else receiving.company_id
        if lot.tax_amount and lot.company_id.id != company_id:
            raise MovementRefused(
                self.env._(
                    "A single-purpose voucher can be used only where it was sold: %s.",
                    lot.company_id.display_name,
                )
            )
        tax = -self.env["loyalty.books"]._get_tax_part(part)
        vals = {
            "company_id": company_id,
            "date": lot.date,
            "tax_amount": float(tax),
            "sale_line_id": lot.sale_line_id.id,
        }
        amount = -self._exact(part.amount, state)
        return self._create_lot(state, receiving, lot.origin, amount, lot.expiry_date, vals)
