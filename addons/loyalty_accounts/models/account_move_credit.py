from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import LEDGER_TOKEN
from ..rules import exchange


class AccountMove(models.Model):
    """Paying customer invoices with credit: reserved by their orders, or used directly."""

    _inherit = "account.move"

    loyalty_credit_paid = fields.Monetary(
        compute="_compute_loyalty_credit_paid",
        string="Paid with credit",
        help="Credit that pays this invoice, less what was given back.",
    )
    loyalty_can_pay = fields.Boolean(
        compute="_compute_loyalty_can_pay", help="Whether credit can be used on this invoice now."
    )

    @api.depends("state", "amount_residual")
    def _compute_loyalty_credit_paid(self):
        paid = defaultdict(Decimal)
        for payment in self._get_loyalty_payments():
            paid[payment.document_id] += payment._get_covered_part(payment._get_loyalty_left())
        for move in self:
            move.loyalty_credit_paid = float(paid[move._origin.id])

    @api.depends("state", "amount_residual", "move_type")
    def _compute_loyalty_can_pay(self):
        for move in self:
            move.loyalty_can_pay = (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and move._get_loyalty_payable() > 0
            )

    def _compute_payments_widget_reconciled_info(self):
        """Override of ``account``: payments with credit are named as such."""
        result = super()._compute_payments_widget_reconciled_info()
        for move in self.filtered("invoice_payments_widget"):
            content = move.invoice_payments_widget["content"]
            # Superuser, twice: only compares journals.
            journal = move.company_id.sudo().root_id.loyalty_journal_id
            # See above.
            entries = self.env["account.move"].sudo().browse(line["move_id"] for line in content)
            paying = entries.filtered(lambda entry, own=journal: own and entry.journal_id == own)
            for line in content:
                line["is_loyalty_credit"] = line["move_id"] in paying.ids
        return result

    # === ACTIONS === #

    def action_pay_with_loyalty_credit(self):
        """Open the dialogue that pays the invoice with a card's credit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay with credit"),
            "res_model": "loyalty.invoice.credit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_invoice_id": self.id},
        }

    def action_return_loyalty_credit(self):
        """Give back all credit that pays the invoices; they are open again by that much.

        :raise UserError: a credit note has given some of it back already
        """
        self._check_loyalty_bookkeeper()
        self.check_access("write")
        self._undo_loyalty_payments(reserve_again=False)
        # Superuser: the earning follows the payment.
        self.sudo().line_ids.sale_line_ids.order_id._adjust_loyalty_earning()
        return True

    def _check_loyalty_bookkeeper(self):
        if not self.env.su and not (
            self.env.user.has_group("account.group_account_invoice")
            and self.env.user.has_group("loyalty_accounts.group_user")
        ):
            raise AccessError(self.env._("Only bookkeepers use credit on invoices."))

    # === POSTING === #

    def _post(self, soft=True):
        """Override of ``account``: reserved credit pays the invoice, credit notes give it back."""
        moves = self.with_context(loyalty_posting=LEDGER_TOKEN)
        posted = self.browse(super(AccountMove, moves)._post(soft).ids)
        # Superuser: whoever may post the document, the credit of its order follows.
        customer_moves = posted.sudo().filtered(lambda move: move.is_sale_document())
        if customer_moves:
            customer_moves.flush_recordset()  # documents before accounts, in every flow
            customer_moves._lock_loyalty_accounts()
        for move in customer_moves.filtered(lambda move: move.move_type == "out_invoice"):
            move._capture_loyalty_credit()
            move._earn_again_after_credit_notes()
        notes = customer_moves.filtered(lambda move: move.move_type == "out_refund").sorted("id")
        for number, note in enumerate(notes, 1):
            note.with_context(loyalty_unsettled=notes[number:].ids)._settle_loyalty_refund()
        return posted

    def write(self, vals):
        """Override: a document that is posted no more gives back what it took, by whatever way."""
        self._check_loyalty_posting(vals)
        leaving = self.browse()
        if vals.get("state", "posted") != "posted":
            # Superuser: whoever may reset the document, its credit follows.
            leaving = self.sudo().filtered(
                lambda move: move.state == "posted" and move.is_sale_document()
            )
            leaving._prepare_loyalty_reset()
        result = super().write(vals)
        if leaving:
            orders = leaving.line_ids.sale_line_ids.order_id
            orders._release_loyalty_excess()
            orders._adjust_loyalty_earning()
        return result

    def _check_loyalty_posting(self, vals):
        """Refuse to post by writing the state: credit would neither pay nor go back."""
        if (
            vals.get("state") == "posted"
            and not self.env.su
            and self.env.context.get("loyalty_posting") is not LEDGER_TOKEN
            and any(move.state != "posted" and move.is_sale_document(True) for move in self)
        ):
            raise AccessError(self.env._("Documents are posted by their button."))

    def _prepare_loyalty_reset(self):
        """Give credit back before documents are changed, or refuse where it cannot be.

        :raise UserError: a credit note gave credit back, or this is one that did
        """
        self._check_no_loyalty_refund()
        self._check_loyalty_not_refunded()
        self._undo_loyalty_payments(reserve_again=True)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of ``account``: an invoice that is cancelled by a credit note is paid anew.

        Its credit is reserved again, for the invoice that replaces it.
        """
        if cancel:
            # Superuser: whoever may reverse the document, its credit follows.
            posted = self.sudo().filtered(lambda move: move.move_type == "out_invoice")
            posted._check_loyalty_not_refunded()
            posted._undo_loyalty_payments(reserve_again=True)
        return super()._reverse_moves(default_values_list, cancel)

    def _lock_loyalty_accounts(self):
        """Lock all cards at once and in the order of ids, so that batches never wait in a ring."""
        cards = self.line_ids.sale_line_ids.order_id.loyalty_account_id
        cards |= self._get_loyalty_refunded_invoices()._get_loyalty_payments().account_id
        if cards:
            self.env["loyalty.ledger"]._lock(cards)

    # === CREDIT RESERVED BY ORDERS === #

    def _capture_loyalty_credit(self):
        """Pay the invoice with what its orders reserved, up to what is open.

        What a payment transaction pays already is left to it.
        """
        self.ensure_one()
        orders = self.line_ids.sale_line_ids.order_id.filtered("loyalty_account_id")
        holds = orders._get_loyalty_holds()
        paying = orders.filtered(lambda order: holds[order.id])
        parts = self._get_loyalty_parts() if paying else {}
        for order in paying:
            part = parts.get(order, Decimal(0))
            for hold in holds[order.id]:
                due = Decimal(repr(self.amount_residual)) - self._get_loyalty_expected_payment()
                part -= self._capture_loyalty_hold(order, hold, min(due, part))
        paying._release_loyalty_rest()

    def _earn_again_after_credit_notes(self):
        """What a credit note took back is earned again when the order is invoiced anew."""
        orders = self.line_ids.sale_line_ids.order_id.filtered("loyalty_credit_rate")
        orders.filtered(
            lambda order: "out_refund" in order.invoice_ids.mapped("move_type")
        )._adjust_loyalty_earning()

    def _capture_loyalty_hold(self, order, hold, due):
        """Capture what ``due`` takes of a reservation; return the amount that it covered."""
        credit, covered = exchange.cover(
            due,
            Decimal(repr(hold.remaining)),
            order._get_loyalty_rate(),
            Decimal(repr(hold.currency_id.rounding)),
            Decimal(repr(self.currency_id.rounding)),
        )
        if credit:
            movement = self.env["loyalty.ledger"]._capture(
                hold,
                credit,
                key=self._get_loyalty_key("capture"),
                company=self.company_id,
                document=self,
            )
            self.env["loyalty.books"]._book_payment(movement, self, float(covered))
        return covered

    def _get_loyalty_payable(self):
        """What may be paid with credit: what is open, less the credit that the invoice sells.

        Nor what an open credit note of the same orders will cancel, nor more than the goods of
        orders that sell credit: their down payments pay for both.
        """
        # Superuser: amounts of the invoice and its orders.
        move = self.sudo()
        sold = move._sum_loyalty_values(move._get_loyalty_credit_lines(), "amount_currency")
        orders = move.line_ids.sale_line_ids.order_id
        notes = (move.reversal_move_ids | orders.invoice_ids).filtered(
            lambda note: note.move_type == "out_refund" and note.state == "posted"
        )
        payable = Decimal(repr(move.amount_residual)) - sold
        payable -= move._sum_loyalty(notes, "amount_residual")
        if orders.order_line.filtered("product_id.loyalty_credit_product"):
            goods = sum((order._get_loyalty_goods_total() for order in orders), Decimal(0))
            payable = min(payable, goods - move._sum_loyalty(orders, "loyalty_credit_used"))
        return float(max(payable, Decimal(0)))

    def _get_loyalty_expected_payment(self):
        """What transactions have paid that is not reconciled yet, in the invoice's currency."""
        expected = self.transaction_ids.filtered(
            lambda tx: (
                tx.state in ("authorized", "done")
                and tx.operation not in ("refund", "validation")
                and not tx.payment_id
            )
        )
        return sum((Decimal(repr(tx.amount)) for tx in expected), Decimal(0))

    # === CREDIT USED ON THE INVOICE === #

    def _pay_with_loyalty_credit(self, card, credit, covered, key):
        """Pay the invoice with credit that is not reserved.

        :param card: ``loyalty.account``
        :param Decimal credit: above zero, in the card's currency
        :param Decimal covered: what it covers, in the invoice's currency
        :param str key: the caller's id of this request
        :return: the movement
        """
        self.ensure_one()
        movement = self.env["loyalty.ledger"]._charge(
            card,
            credit,
            bill=self._get_loyalty_bill(card),
            key=key,
            company=self.company_id,
            document=self,
        )
        if not movement.posting_ids:
            # Superuser: the ledger has taken the credit, the books follow.
            self.env["loyalty.books"]._book_payment(movement.sudo(), self.sudo(), float(covered))
            self.line_ids.sale_line_ids.order_id._adjust_loyalty_earning()
        return movement

    def _get_loyalty_bill(self, card):
        """Value of the invoice's goods in the card's currency, as Decimal."""
        same = card.currency_id == self.currency_id
        # Superuser: amounts of the invoice.
        move = self.sudo()
        return exchange.to_credit(
            move._get_loyalty_goods_value(),
            Decimal(1) if same else Decimal(repr(move.invoice_currency_rate)),
            Decimal(repr(card.currency_id.rounding)),
        )

    # === GIVING BACK === #

    def _undo_loyalty_payments(self, *, reserve_again):
        """Give all credit back that pays these invoices.

        :param bool reserve_again: whether confirmed orders reserve again what they had reserved
        :raise UserError: a credit note has given some of it back already
        """
        # Superuser: the caller has checked who may do this.
        payments = self.sudo()._get_loyalty_payments()
        if not payments:
            return
        self._check_loyalty_not_refunded()
        self.env["loyalty.ledger"]._lock(payments.account_id)
        for payment in payments:
            self._undo_loyalty_payment(payment)
            order = payment._get_reserving_order()
            if reserve_again and order.state == "sale":
                order._try_to_reserve_again(-Decimal(repr(payment.amount)))

    def _undo_loyalty_payment(self, payment):
        # Superuser: see above.
        invoice = self.sudo().browse(payment.document_id)
        movement = self.env["loyalty.ledger"]._refund(
            payment,
            key=invoice._get_loyalty_key("refund"),
            company=payment.company_id,
            document=invoice,
        )
        # Superuser: the ledger has given the credit back, the books follow.
        self.env["loyalty.books"]._book_undone_payment(movement.sudo())

    def _check_no_loyalty_refund(self):
        """Refuse to change credit notes that gave credit back, or withheld some."""
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            journal = move.company_id._get_loyalty_books().loyalty_journal_id
            settling = move.line_ids.matched_debit_ids.debit_move_id.move_id
            if journal and journal in settling.journal_id:
                raise UserError(
                    self.env._(
                        "%s gave credit back to the customer, which may be spent already. "
                        "Write a new invoice instead of changing it.",
                        move.display_name,
                    )
                )

    def _check_loyalty_not_refunded(self):
        """Refuse to undo payments that a credit note has given back, wholly or in part."""
        domain = (
            Domain("reversal_of_id.document_model", "=", self._name)
            & Domain("reversal_of_id.document_id", "in", self.ids)
            & Domain("document_id", "not in", self.ids)
            & Domain("kind", "=", "refund")
        )
        # Superuser: says only that there is one.
        refund = self.env["loyalty.account.move"].sudo().search(domain, limit=1)
        if refund:
            raise UserError(
                self.env._(
                    "The credit note %(note)s gave credit back that paid %(invoice)s. Write "
                    "another credit note for the rest instead.",
                    note=refund.document_name,
                    invoice=refund.reversal_of_id.document_name,
                )
            )

    # === READING === #

    def _get_loyalty_payments(self):
        """The payments with credit of these invoices that are not given back, the oldest first."""
        # Superuser: only movements of these invoices are read.
        moves = self.env["loyalty.account.move"].sudo()
        if not self._origin.ids:
            return moves
        domain = (
            Domain("document_model", "=", self._name)
            & Domain("document_id", "in", self._origin.ids)
            & Domain("kind", "in", ("charge", "capture"))
        )
        return moves.search(domain, order="id").filtered(lambda move: move._get_loyalty_left() > 0)

    def _get_loyalty_key(self, kind):
        """One key per movement: an invoice may be paid and given back many times."""
        domain = (
            Domain("document_model", "=", self._name)
            & Domain("document_id", "=", self.id)
            & Domain("kind", "=", kind)
        )
        count = self.env["loyalty.account.move"].sudo().search_count(domain)  # counts only
        return f"account.move/{self.id}/{kind}/{count + 1}"
