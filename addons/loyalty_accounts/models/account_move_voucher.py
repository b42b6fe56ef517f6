from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..exceptions import InsufficientCredit, LoyaltyError


class AccountMove(models.Model):
    """Selling credit by invoice: top-ups and vouchers are issued once the invoice is paid."""

    _inherit = "account.move"

    loyalty_voucher_ids = fields.Many2many(
        "loyalty.account",
        compute="_compute_loyalty_voucher_ids",
        string="Vouchers",
        help="Vouchers that were issued when this invoice was paid.",
    )
    loyalty_voucher_count = fields.Integer(compute="_compute_loyalty_voucher_ids")
    loyalty_credit_pending = fields.Boolean(
        compute="_compute_loyalty_voucher_ids",
        help="The invoice is paid, but credit that it sells could not be issued.",
    )

    def _compute_loyalty_voucher_ids(self):
        for move in self:
            # Superuser: bookkeepers see which vouchers an invoice issued.
            move_sudo = move.sudo()
            lots = move_sudo._get_loyalty_sold_lots()
            move.loyalty_voucher_ids = lots.account_id.filtered(
                lambda account, lots=lots: "voucher" in (lots & account.lot_ids).mapped("origin")
            )
            move.loyalty_voucher_count = len(move.loyalty_voucher_ids)
            move.loyalty_credit_pending = bool(
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("paid", "in_payment")
                and move_sudo._get_loyalty_lines_to_issue()
            )

    # === ACTIONS === #

    def action_view_loyalty_vouchers(self):
        """Show the vouchers that the invoice issued."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_accounts.loyalty_account_action"
        )
        return action | {
            "name": self.env._("Vouchers"),
            "domain": [("id", "in", self.loyalty_voucher_ids.ids)],
            "context": {"create": False},
        }

    def action_issue_loyalty_credit(self):
        """Issue what could not be issued when the invoice was paid.

        :raise LoyaltyError: it still cannot, and why
        """
        self._check_loyalty_bookkeeper()
        self.check_access("write")
        for move in self.filtered("loyalty_credit_pending"):
            # Superuser: checked above.
            move.sudo()._issue_loyalty_credit()
        return True

    # === POSTING === #

    def _post(self, soft=True):
        """Override of ``account``: only what can become credit is sold; refunds void it."""
        # Superuser: whoever may post the document, what it sells is checked.
        customer_moves = self.sudo().filtered(lambda move: move.is_sale_document())
        for line in customer_moves._get_loyalty_credit_lines():
            line._check_loyalty_credit_line()
        posted = super()._post(soft)
        # Superuser: whoever may post the document, the credit that it sold follows.
        for move in posted.sudo().filtered(lambda move: move.move_type == "out_refund"):
            if move._get_loyalty_credit_lines():
                move._void_loyalty_credit()
        return posted

    def _invoice_paid_hook(self):
        """Override of ``account``: a paid invoice issues the credit that it sells."""
        result = super()._invoice_paid_hook()
        # Superuser: whoever registers the payment, the credit follows.
        for move in self.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            if move._get_loyalty_lines_to_issue():
                move._try_to_issue_loyalty_credit()
        return result

    def button_draft(self):
        """Override of ``account``: credit that was sold is taken back by a credit note only."""
        # Superuser: says only that there is some.
        sold = self.sudo().filtered(
            lambda move: (
                move.state == "posted"
                and (
                    move._get_loyalty_sold_lots()
                    or (move.move_type == "out_refund" and move._get_loyalty_credit_lines())
                )
            )
        )
        if sold:
            raise UserError(
                self.env._(
                    "%s sold or refunded credit that customers may have used. Write a credit "
                    "note, or a new invoice, instead of changing it.",
                    ", ".join(sold.mapped("display_name")),
                )
            )
        return super().button_draft()

    # === ISSUING === #

    def _try_to_issue_loyalty_credit(self):
        """Issue; what is refused is a task for the salesperson, the payment stays."""
        try:
            with self.env.cr.savepoint():
                self._issue_loyalty_credit()
        except LoyaltyError as error:
            note = self.env._("Credit that was bought could not be issued: %s", error)
            self.message_post(body=note)
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Issue credit"),
                note=note,
                user_id=(self.invoice_user_id or self.create_uid).id,
            )

    def _issue_loyalty_credit(self):
        for line in self._get_loyalty_lines_to_issue():
            movements = self.env["loyalty.account.move"]
            for number, (amount, tax) in enumerate(line._get_loyalty_pieces(), 1):
                movements |= self._issue_loyalty_piece(line, number, amount, tax)
            self.env["loyalty.books"]._book_sold_credit(movements, line)

    def _issue_loyalty_piece(self, line, number, amount, tax):
        """Top the customer's card up, or open a voucher; return the movement."""
        kind = line.product_id.loyalty_credit_product
        account = self._get_loyalty_top_up_card()
        if kind != "top_up":
            account = self._create_loyalty_voucher(line)
        company = self.company_id
        return self.env["loyalty.ledger"]._top_up(
            account,
            amount,
            key=f"account.move.line/{line.id}/top_up/{number}",
            company=company,
            document=self,
            expiry_date=company._get_loyalty_credit_expiry("voucher") or None,
            lot={
                "origin": "top_up" if kind == "top_up" else "voucher",
                "tax_amount": float(tax),
                "sale_line_id": line.id,
            },
        )

    def _create_loyalty_voucher(self, line):
        return self.env["loyalty.account"].create(
            {
                "name": line.product_id.display_name,
                "company_id": self.company_id.id,
                "discount": 0.0,
                "credit_rate": 0.0,
            }
        )

    def _get_loyalty_top_up_card(self):
        """The card that a top-up is for: the order's, or the only one of the customer."""
        if self.loyalty_account_id:
            return self.loyalty_account_id
        cards = self.commercial_partner_id.loyalty_account_ids.filtered(
            lambda card: card.company_id == self.company_id
        )
        return cards if len(cards) == 1 else cards.browse()

    # === REFUNDING === #

    def _void_loyalty_credit(self):
        """Take back what a credit note refunds of sold credit.

        :raise UserError: some of it was spent
        """
        lots = self.reversed_entry_id._get_loyalty_sold_lots().sorted("id", reverse=True)
        for line in self._get_loyalty_credit_lines():
            amount = line._get_loyalty_value()[0]
            own = lots.filtered(
                lambda lot, line=line: lot.sale_line_id.product_id == line.product_id
            )
            movements = self.env["loyalty.account.move"]
            for lot in own:
                part = min(amount, Decimal(repr(lot.remaining)))
                if part > 0:
                    movements |= self._void_loyalty_lot(lot, part)
                    amount -= part
            if own and amount > 0:
                raise InsufficientCredit(
                    self.env._(
                        "%s of this credit was spent already and cannot be refunded.",
                        lots.currency_id.format(float(amount)),
                    )
                )
            self.env["loyalty.books"]._book_sold_credit(movements, line)

    def _void_loyalty_lot(self, lot, amount):
        top_up = lot.allocation_ids.move_id.filtered(lambda move: move.kind == "top_up")
        return self.env["loyalty.ledger"]._void(
            top_up,
            amount,
            key=f"account.move/{self.id}/void/{lot.id}",
            company=top_up.company_id,
            document=self,
        )

    # === READING === #

    def _get_loyalty_credit_lines(self):
        """Lines that sell credit."""
        return self.invoice_line_ids.filtered("product_id.loyalty_credit_product")

    def _get_loyalty_sold_lots(self):
        """Lots of credit that these invoices sold."""
        lines = self._get_loyalty_credit_lines()
        lots = self.env["loyalty.account.lot"].sudo()  # of these invoices only
        return lots.search([("sale_line_id", "in", lines.ids)]) if lines else lots

    def _get_loyalty_lines_to_issue(self):
        lines = self._get_loyalty_credit_lines()
        return lines - self._get_loyalty_sold_lots().sale_line_id if lines else lines
