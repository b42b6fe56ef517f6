from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN

SOLD = ("top_up", "void")


class PosSession(models.Model):
    """Closing a session books its credit, and ends what its till still reserves."""

    _inherit = "pos.session"

    def _validate_session(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        """Override: credit is not counted by hand, so it never differs."""
        diffs = self._drop_loyalty_differences(bank_payment_method_diffs)
        result = super()._validate_session(balancing_account, amount_to_balance, diffs)
        if self.state == "closed":
            self._release_loyalty_holds()
        return result

    def _cannot_close_session(self, bank_payment_method_diffs=None):
        """Override: the same before closing."""
        return super()._cannot_close_session(
            self._drop_loyalty_differences(bank_payment_method_diffs)
        )

    def _drop_loyalty_differences(self, differences):
        methods = self.env["pos.payment.method"].browse(map(int, differences or {}))
        credit = methods.filtered(lambda method: method._is_loyalty_credit())
        return {
            method_id: amount
            for method_id, amount in (differences or {}).items()
            if int(method_id) not in credit.ids
        }

    def get_closing_control_data(self):
        """Override: nobody counts credit, so the till asks for no count of it."""
        data = super().get_closing_control_data()
        credit = self.payment_method_ids.filtered(lambda method: method._is_loyalty_credit())
        for method in data["non_cash_payment_methods"]:
            if method["id"] in credit.ids:
                method["type"] = "pay_later"
        return data

    # === BOOKS === #

    def _create_account_move(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        """Override: book the credit that the session sold, too."""
        data = super()._create_account_move(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )
        sold = self.env["loyalty.books.till"]._get_till_movements(self)
        sold = sold.filtered(lambda move: move.kind in SOLD)
        if sold:
            self.env["loyalty.books.till"]._book_till_sales(self, sold)
        return data

    def _create_combine_account_payment(self, payment_method, amounts, diff_amount):
        """Override: credit is no money on a bank account; the ledger books it.

        :raise UserError: receipts and ledger disagree, which only tampering can bring about
        """
        if not payment_method._is_loyalty_credit():
            return super()._create_combine_account_payment(payment_method, amounts, diff_amount)
        books = self.env["loyalty.books.till"]
        movements = books._get_till_movements(self).filtered(lambda move: move.kind not in SOLD)
        withheld = self._get_loyalty_withheld()
        paid = -sum((Decimal(repr(move.amount)) for move in movements), Decimal(0)) - withheld
        if paid != Decimal(repr(self.currency_id.round(amounts["amount"]))):
            raise UserError(
                self.env._(
                    "Receipts of %(session)s say that %(said)s was paid with credit, the ledger "
                    "says %(paid)s. Ask an administrator to verify the ledger.",
                    session=self.name,
                    said=self.currency_id.format(amounts["amount"]),
                    paid=self.currency_id.format(float(paid)),
                )
            )
        return books._book_till_payments(
            self, movements, withheld, self._get_receivable_account(payment_method)
        )

    def _get_loyalty_withheld(self):
        """Earned credit that this session's refunds withheld from money."""
        moves = self._get_closed_orders()._get_loyalty_moves(("take_back", "withhold"))
        return sum((Decimal(repr(move.withheld_amount)) for move in moves), Decimal(0))

    def _reconcile_account_move_lines(self, data):
        """Override: the engine reconciles its own lines; nobody else may."""
        pairs = data.get("payment_method_to_receivable_lines") or {}
        own = [method for method in pairs if method._is_loyalty_credit()]
        for method in own:
            lines = pairs.pop(method).filtered(lambda line: not line.reconciled)
            if self._get_receivable_account(method).reconcile:
                # The ledger's own hand: its journal is closed to everybody else.
                lines.with_context(no_cash_basis=True, loyalty_ledger=LEDGER_TOKEN).reconcile()
        return super()._reconcile_account_move_lines(data)

    # === RESERVATIONS === #

    def _release_loyalty_holds(self):
        """Give back what the till reserved for receipts that were never closed."""
        # Superuser: reservations of this session only.
        holds = self.env["loyalty.account.hold"].sudo()
        holds = holds.search(
            [
                ("document_model", "=", self._name),
                ("document_id", "=", self.id),
                ("state", "=", "open"),
            ]
        )
        for hold in holds.sorted(lambda hold: (hold.account_id.id, hold.id)):
            self.env["loyalty.ledger"]._release(hold, company=self.company_id, document=self)
