from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Of invoices whose money came, or is on its way.
PAID_STATES = ("paid", "in_payment")


class AccountMove(models.Model):
    """Selling credit by invoice: top-ups and vouchers are issued once the invoice is paid."""

    _inherit = "account.move"

    loyalty_voucher_ids = fields.Many2many(
        "loyalty.account",
        compute="_compute_loyalty_voucher_ids",
        compute_sudo=True,
        string="Vouchers",
        groups="loyalty_accounts.group_user",
        help="Vouchers that were issued when this invoice was paid.",
    )
    loyalty_voucher_count = fields.Integer(
        compute="_compute_loyalty_voucher_ids",
        compute_sudo=True,
        groups="loyalty_accounts.group_user",
    )
    loyalty_credit_pending = fields.Boolean(
        compute="_compute_loyalty_credit_pending",
        compute_sudo=True,
        help="The invoice is paid, but credit that it sells could not be issued.",
    )

    def _compute_loyalty_voucher_ids(self):
        for move in self:
            lots = move._get_loyalty_sold_lots()
            move.loyalty_voucher_ids = lots.account_id.filtered(
                lambda account, lots=lots: "voucher" in (lots & account.lot_ids).mapped("origin")
            )
            move.loyalty_voucher_count = len(move.loyalty_voucher_ids)

    @api.depends("payment_state", "state")
    def _compute_loyalty_credit_pending(self):
        for move in self:
            move.loyalty_credit_pending = bool(
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in PAID_STATES
                and move._get_loyalty_lines_to_issue()
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
        customer_moves = self.sudo().filtered(
            lambda move: move.is_sale_document(include_receipts=True)
        )
        customer_moves._check_no_loyalty_receipt()
        for line in customer_moves._get_loyalty_credit_lines():
            line._check_loyalty_credit_line()
        posted = super()._post(soft)
        # Superuser: whoever may post the document, the credit that it sold follows.
        for move in posted.sudo():
            if move.move_type == "out_invoice":
                move._check_loyalty_credit_is_paid()
            elif move.move_type == "out_refund":
                move._void_loyalty_credit()
        return posted

    def _check_no_loyalty_receipt(self):
        """Refuse receipts that sell credit: nothing would issue it."""
        receipts = self.filtered(lambda move: move.move_type == "out_receipt")
        lines = receipts._get_loyalty_credit_lines()
        if lines:
            raise UserError(
                self.env._(
                    "%s sells credit, and a receipt cannot: write an invoice.",
                    lines[0].product_id.display_name,
                )
            )

    def _check_loyalty_credit_is_paid(self):
        """Refuse an invoice that asks for less than the credit it sells.

        Discounts and down payments are lines, too: a voucher of 60.00 less 60.00 is "paid" when
        it is posted.

        :raise UserError: it does
        """
        self.ensure_one()
        lines = self._get_loyalty_credit_lines()
        sold = self._sum_loyalty_values(lines, "balance")
        if lines and self._get_loyalty_booked_total("balance") < sold:
            raise UserError(
                self.env._(
                    "%(invoice)s sells credit of %(credit)s, and asks for %(total)s. A discount "
                    "or down payment cannot pay for credit: sell it on an invoice of its own.",
                    invoice=self.display_name,
                    credit=self.company_currency_id.format(float(sold)),
                    total=self.company_currency_id.format(
                        float(self._get_loyalty_booked_total("balance"))
                    ),
                )
            )

    def _invoice_paid_hook(self):
        """Override of ``account``: a paid invoice issues the credit that it sells."""
        result = super()._invoice_paid_hook()
        # Superuser: whoever registers the payment, the credit follows.
        for move in self.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            if move._get_loyalty_lines_to_issue():
                move._try_to_issue_loyalty_credit()
        return result

    def _prepare_loyalty_reset(self):
        """Override: credit that was sold is taken back by a credit note only."""
        sold = self.filtered(
            lambda move: (
                move._get_loyalty_sold_lots()
                or (move.move_type == "out_refund" and move._get_loyalty_credit_lines())
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
        return super()._prepare_loyalty_reset()

    # === ISSUING === #

    def _try_to_issue_loyalty_credit(self):
        """Issue; what is refused is a task for the salesperson, the payment stays."""
        try:
            with self.env.cr.savepoint():
                self._issue_loyalty_credit()
        except UserError as error:
            note = self.env._("Credit that was bought could not be issued: %s", error)
            self.message_post(body=note)
            self._schedule_loyalty_task(self.env._("Issue credit"), note)

    def _schedule_loyalty_task(self, summary, note):
        """Give the salesperson a task, unless the same one waits already."""
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=note,
                user_id=(self.invoice_user_id or self.create_uid).id,
            )

    def _issue_loyalty_credit(self):
        self._check_loyalty_credit_is_paid()
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

    # === PAYMENTS THAT ARE UNDONE === #

    def _note_loyalty_unpaid_credit(self):
        """Tell the salesperson that credit can be spent whose payment was undone.

        Call it for invoices that were paid. The credit stays: it may be in somebody's hands.
        """
        # Superuser: whoever undoes the payment, the salesperson hears of it.
        for move in self.sudo().filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.payment_state not in (*PAID_STATES, "reversed")
            )
        ):
            lots = move._get_loyalty_sold_lots().filtered("remaining")
            if lots:
                note = self.env._(
                    "The payment of %(invoice)s was undone; the credit that it sold can still be "
                    "spent: %(cards)s. Block the cards or vouchers, or collect the payment.",
                    invoice=move.display_name,
                    cards=", ".join(lots.account_id.mapped("display_name")),
                )
                move._schedule_loyalty_task(self.env._("Unpaid credit"), note)

    # === READING === #

    def _get_loyalty_credit_lines(self):
        """Lines that sell credit, or take it back, whatever product they show by then."""
        # Superuser: bookkeepers who see no orders have invoices, too.
        lines = self.sudo().invoice_line_ids.filtered(
            lambda line: (
                line.product_id.loyalty_credit_product
                or (
                    line.move_type == "out_refund"
                    and line.sale_line_ids.product_id.filtered("loyalty_credit_product")
                )
            )
        )
        return lines.with_env(self.env)

    def _get_loyalty_sold_lots(self):
        """Lots of credit that these invoices sold, and what transfers made of them."""
        lines = self._get_loyalty_credit_lines()
        lots = self.env["loyalty.account.lot"].sudo()  # of these invoices only
        return lots.search([("sale_line_id", "in", lines.ids)]) if lines else lots

    def _get_loyalty_lines_to_issue(self):
        lines = self._get_loyalty_credit_lines()
        if not lines:
            return lines
        open_lines = lines - self._get_loyalty_sold_lots().sale_line_id
        return open_lines.filtered(lambda line: line._get_loyalty_pieces())

    def _get_loyalty_booked_total(self, field):
        """What the journal items ask of the customer, or give back; zero or above.

        :param str field: ``balance`` or ``amount_currency``
        """
        lines = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return abs(sum((Decimal(repr(line[field])) for line in lines), Decimal(0)))

    def _sum_loyalty_values(self, lines, field):
        return sum((line._get_loyalty_value(field)[0] for line in lines), Decimal(0))
