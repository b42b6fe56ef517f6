from decimal import Decimal

from odoo import api, models

from odoo.addons.loyalty_accounts.exceptions import MovementRefused
from odoo.addons.loyalty_accounts.rules.amounts import round_half_up
from odoo.addons.loyalty_accounts.rules.entry import ZERO

#: Movements by which credit of one establishment pays at another, or comes back from there.
CLEARED_KINDS = {"charge": "spend", "capture": "spend", "refund": "refund"}


class LoyaltyLedger(models.AbstractModel):
    """What movements make establishments owe each other, in the movement's own transaction."""

    _inherit = "loyalty.ledger"

    @api.model
    def _capture(self, hold, amount, **options):
        """Override: where it was reserved, and nowhere else."""
        self._check_place(hold, options)
        return super()._capture(hold, amount, **options)

    @api.model
    def _release(self, hold, amount=None, **options):
        """Override: the same."""
        self._check_place(hold, options)
        return super()._release(hold, amount, **options)

    @api.model
    def _refund(self, move, amount=None, **options):
        """Override: where it was paid, so that what was owed for it is cancelled."""
        self._check_place(move, options)
        return super()._refund(move, amount, **options)

    def _check_place(self, record, options):
        """Refuse what would be booked, and owed, at another establishment.

        :raise MovementRefused: with where it has to be done
        """
        place = record.sudo().company_id  # where it took place, for the sentence
        if (options.get("company") or self.env.company) != place:
            raise MovementRefused(
                self.env._("This took place at %s: it is changed there.", place.display_name)
            )

    def _get_debt_at(self, state, request):
        """Override: earning repays what was taken back at the same establishment."""
        if not state.debt:
            return state.debt
        # Superuser: sums of the account's own movements.
        moves = self.env["loyalty.account.move"].sudo()
        ((owed,),) = moves._read_group(
            [("account_id", "=", state.account_id), ("company_id", "=", request.company_id)],
            aggregates=["debt_amount:sum"],
        )
        return max(min(self._exact(owed or 0.0, state), state.debt), ZERO)

    # === TERMS OF EARNED CREDIT === #

    def _create_lot(self, state, request, origin, amount, expiry_date, vals=None):
        """Override: credit that is earned at a partner keeps the terms of that moment.

        :raise MovementRefused: credit is bought; money is paid in where the card was issued
        """
        company_id = (vals or {}).get("company_id") or request.company_id
        companies = self.env["res.company"]
        if request.verb == "top_up" and company_id != state.company_id:
            raise MovementRefused(
                self.env._(
                    "This card was issued by %s: credit is bought there.",
                    # Superuser: whoever presented the card may know who issued it.
                    companies.browse(state.company_id).sudo().display_name,
                )
            )
        lot_id = super()._create_lot(state, request, origin, amount, expiry_date, vals)
        if company_id != state.company_id:
            terms = self.env["consolidation.agreement"]._get_last_terms(
                companies.browse(state.company_id), companies.browse(company_id)
            )
            if not terms:
                raise MovementRefused(self.env._("There is no agreement to earn credit by."))
            self.env["consolidation.lot"]._note(lot_id, terms)
        return lot_id

    def _copy_lot(self, state, receiving, part):
        """Override: credit that moves to another card of the same issuer keeps its terms."""
        lot_id = super()._copy_lot(state, receiving, part)
        kept = self.env["consolidation.lot"]._get_terms(part.lot_id.ids)
        if kept:
            # Superuser: the ledger's own hand.
            noted = self.env["consolidation.lot"].sudo().search([("lot_id", "=", lot_id)])
            noted.terms_id = kept[part.lot_id.id]
        return lot_id

    # === ITEMS === #

    def _post(self, state, request, kind, change, **options):
        """Override: note what one establishment owes another for it."""
        move = super()._post(state, request, kind, change, **options)
        if kind in CLEARED_KINDS:
            # Superuser: lots of partners, too; what they say is in the cache already.
            lots = (
                self.env["loyalty.account.lot"].sudo().browse(lot for lot, _ in change.allocations)
            )
            elsewhere = lots.filtered(lambda lot: lot.company_id.id != request.company_id)
            if elsewhere:
                self._note_items(state, request, move.sudo(), elsewhere)  # the ledger's own hand
        return move

    def _note_items(self, state, request, move, lots):
        lines = {line.lot_id: line for line in move.allocation_ids}
        vals_list = [
            self._prepare_item(state, request, move, lines[lot])
            if move.kind != "refund"
            else self._prepare_returned_item(state, move, lines[lot])
            for lot in lots
        ]
        # With a context of its own: the caller's defaults are meant for the document.
        created = self._writer("consolidation.item").create(vals_list)
        if move.kind != "refund":
            created._check_exposure(state.headrooms or {})

    def _prepare_item(self, state, request, move, line):
        lot, agreements = line.lot_id, self.env["consolidation.agreement"]
        companies = self.env["res.company"]
        issuer = companies.browse(state.company_id)
        if lot.company_id == issuer:
            terms = agreements._get_last_terms(issuer, companies.browse(request.company_id))
        else:
            terms = self.env["consolidation.lot"]._get_terms(lot.ids)[lot.id]
        credit = -self._exact(line.amount, state)
        percentage = terms._get_clearing_percentage(lot.origin)
        return {
            **self._prepare_item_base(move, line),
            "kind": "spend",
            "agreement_id": terms.agreement_id.id,
            "terms_id": terms.id,
            "credit": float(credit),
            "percentage": float(percentage),
            "amount": float(round_half_up(credit * percentage / 100, state.step)),
        }

    def _prepare_returned_item(self, state, move, line):
        """What comes back cancels its part of what was owed: the last part all that is left."""
        items = self.env["consolidation.item"].sudo()  # the ledger's own hand
        payment = move.reversal_of_id
        spent = items.search(
            [
                ("move_id", "in", (payment | payment.reversal_ids).ids),
                ("allocation_id.lot_id", "=", line.lot_id.id),
                ("reversed", "=", False),
            ],
            order="id",
        )
        first = spent[:1]
        credit = self._exact(line.amount, state)
        left = sum((self._exact(item.credit, state) for item in spent), ZERO)
        owed = sum((self._exact(item.amount, state) for item in spent), ZERO)
        percentage = Decimal(repr(first.percentage))
        kept = round_half_up((left - credit) * percentage / 100, state.step)
        return {
            **self._prepare_item_base(move, line),
            "kind": "refund",
            "agreement_id": first.agreement_id.id,
            "terms_id": first.terms_id.id,
            "credit": float(-credit),
            "percentage": first.percentage,
            "amount": float(kept - owed),
        }

    def _prepare_item_base(self, move, line):
        return {
            "allocation_id": line.id,
            "move_id": move.id,
            "date": move.date,
            "debtor_id": line.accrual_company_id.id,
            "creditor_id": line.spend_company_id.id,
            "currency_id": move.currency_id.id,
            "card_number": f"•••{move.account_id.number[-4:]}",
            "document_name": move.document_name or move.note or self.env._("No. %s", move.id),
            "clearing_id": False,
            "disputed": False,
            "reversed": False,
        }
