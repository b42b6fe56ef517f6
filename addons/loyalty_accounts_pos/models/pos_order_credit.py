from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN
from odoo.addons.loyalty_accounts.rules import earning, vouchers

from ..rules import receipt
from .pos_order import CLOSED


class PosOrder(models.Model):
    """Closing a receipt: charge, top up, earn, in the transaction that closes it."""

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """Override: check the receipt, close it, and let the ledger follow, or nothing of it.

        The order of locks is the ledger's: accounts by their ids. See docs/architecture.md.
        """
        self.ensure_one()
        # Superuser: cards and their movements are the ledger's; who may close the receipt may
        # do what its rules allow.
        order = self.sudo()
        if order.state in CLOSED or not order._is_loyalty_concerned():
            return super().action_pos_order_paid()
        if order.state != "draft":
            raise UserError(self.env._("%s is cancelled.", order.display_name))
        accounts = order._get_loyalty_concerned_accounts()
        if accounts:
            # First of all, so that everything below is read after whoever was quicker is done.
            self.env["loyalty.ledger"]._lock(accounts)
        order._check_loyalty_receipt()
        result = super(
            PosOrder, self.with_context(loyalty_ledger=LEDGER_TOKEN)
        ).action_pos_order_paid()
        order._settle_loyalty_receipt()
        return result

    def _is_loyalty_concerned(self):
        return bool(
            self.loyalty_account_id
            or self._get_loyalty_credit_payments()
            or self._get_loyalty_originals().loyalty_account_id
            or (self.lines | self.lines.refunded_orderline_id).filtered(
                lambda line: line.loyalty_discount or line._get_loyalty_credit_kind()
            )
        )

    def _get_loyalty_concerned_accounts(self):
        return self.loyalty_account_id | self._get_loyalty_originals().loyalty_account_id

    def _settle_loyalty_receipt(self):
        """Do what the receipt means for credit: give back, charge, issue, earn."""
        if self._get_loyalty_returned_lines():
            self._refund_loyalty_receipt()
        else:
            self._get_loyalty_credit_payments()._capture_loyalty_credit()
        self._issue_loyalty_credit()
        if self.loyalty_account_id:
            self._earn_loyalty_credit()

    # === SELLING CREDIT === #

    def _issue_loyalty_credit(self):
        """Top the card up, open vouchers: as many movements as pieces were sold."""
        sold = self.lines.filtered(
            lambda line: line._get_loyalty_credit_kind() and not line.refunded_orderline_id
        )
        totals = self._get_loyalty_line_totals() if sold else {}
        for line in sold:
            kind, amount = line._get_loyalty_credit_kind(), totals[line]
            count = int(line.qty) if kind == "voucher" else 1
            step = Decimal(repr(self.currency_id.rounding))
            for number, part in enumerate(vouchers.split_evenly(amount, count, step), 1):
                self._issue_loyalty_piece(line, kind, number, part)

    def _issue_loyalty_piece(self, line, kind, number, amount):
        account, company = self.loyalty_account_id, self.company_id
        if kind == "voucher":
            account = self._create_loyalty_voucher(line)
        return self.env["loyalty.ledger"]._top_up(
            account,
            amount,
            key=f"pos.order.line/{line.id}/top_up/{number}",
            company=company,
            document=self,
            expiry_date=company._get_loyalty_credit_expiry("voucher") or None,
            lot={"origin": kind},
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

    # === EARNING === #

    def _earn_loyalty_credit(self):
        """Earn by the terms of this moment, which the receipt keeps for its refunds."""
        card, company = self.loyalty_account_id, self.company_id
        if card.currency_id != self.currency_id or self._get_loyalty_returned_lines():
            return
        # The ledger's own hand; the guard lets nobody else.
        self.with_context(loyalty_ledger=LEDGER_TOKEN).write(
            {
                "loyalty_credit_rate": float(card._get_privileges(company).credit_rate),
                "loyalty_earns_on_credit": company.loyalty_earn_on_credit,
            }
        )
        amount = self._get_loyalty_earning(Decimal(0), self._get_loyalty_credit_used())
        if amount:
            self.env["loyalty.ledger"]._earn(
                card, amount, key=f"pos.order/{self.id}/earn", company=company, document=self
            )

    def _get_loyalty_earning(self, returned, credit):
        """Credit that the receipt earns, rounded half up, once for the receipt.

        :param Decimal returned: value of what was taken back of its goods
        :param Decimal credit: what was paid with credit and not given back
        """
        base = receipt.earning_base(
            Decimal(repr(self.amount_total)) - returned,
            self._get_loyalty_sold_total(),
            self._get_loyalty_tips(),
            credit,
            on_credit=self.loyalty_earns_on_credit,
        )
        step = Decimal(repr(self.currency_id.rounding))
        return earning.earned(base, Decimal(repr(self.loyalty_credit_rate)), step)

    def _get_loyalty_credit_used(self):
        payments = self._get_loyalty_credit_payments()
        return sum((Decimal(repr(payment.amount)) for payment in payments), Decimal(0))
