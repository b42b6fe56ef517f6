from decimal import Decimal

from odoo import api, models

from ..const import BOOKED_BY_SESSION


class LoyaltyBooksTill(models.AbstractModel):
    """Books what a till session did with credit, when it is closed; see docs/adr/0005."""

    _name = "loyalty.books.till"
    _inherit = ["loyalty.books.voucher"]
    _description = "Loyalty ledger in the books: till sessions"

    @api.model
    def _book_till_payments(self, session, movements, withheld, receivable_account):
        """Debit what is owed by the credit spent, less what refunds gave back.

        :param movements: payments and refunds of the session
        :param withheld: Decimal, earned credit that refunds withheld from money
        :return: the line on the receivable account, which balances the session's payments
        """
        lines = self._sum_owed(movements)
        if withheld:
            lines.append(self._prepare_withheld_line(session, float(withheld)))
        lines.append(
            {
                "account_id": receivable_account.id,
                "balance": float(-self._sum_balances(lines)),
                "name": self.env._("Customer credit, %s", session.name),
            }
        )
        entry = self._create_entry(session.company_id, session.name, lines)
        self._link(movements, entry)
        return entry.line_ids.filtered(lambda line: line.account_id == receivable_account)

    @api.model
    def _book_till_sales(self, session, movements):
        """Make what the session put on "top-ups invoiced" what is owed to the cards' holders.

        :param movements: of kind ``top_up`` or ``void``
        """
        lines = self._sum_owed(movements)
        books = session.company_id._get_loyalty_books()
        lines.append(
            {
                "account_id": books.loyalty_invoiced_account_id.id,
                "balance": float(-self._sum_balances(lines)),
                "name": self.env._("Credit sold by %s", session.name),
            }
        )
        entry = self._create_entry(session.company_id, session.name, lines)
        self._link(movements, entry)

    def _sum_balances(self, lines):
        return sum((Decimal(repr(line["balance"])) for line in lines), Decimal(0))

    def _sum_owed(self, movements):
        """Lines on the accounts of what is owed, one for each account that carries no tax."""
        lines, sums = [], {}
        for movement in movements:
            for line in self._prepare_owed_lines(movement, with_tax=True):
                if "tax_tag_ids" in line:
                    lines.append(line)
                    continue
                balance = sums.get(line["account_id"], Decimal(0))
                sums[line["account_id"]] = balance + Decimal(repr(line["balance"]))
        return lines + [
            {"account_id": account_id, "balance": float(balance), "name": self._describe(None)}
            for account_id, balance in sums.items()
            if balance
        ]

    @api.model
    def _get_till_movements(self, session):
        """Movements of the session's receipts that its closing books, the oldest first."""
        orders = session._get_closed_orders()
        moves = orders._get_loyalty_moves(BOOKED_BY_SESSION)
        return moves.filtered(lambda move: not move.posting_ids)
