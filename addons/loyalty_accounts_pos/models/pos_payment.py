from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN
from odoo.addons.loyalty_accounts.exceptions import MovementRefused

#: What a payment with credit is about; fixed once the card is charged.
GUARDED_FIELDS = frozenset({"amount", "payment_method_id", "pos_order_id", "loyalty_move_id"})


class PosPayment(models.Model):
    """Payments with credit: reserved by the till, captured when the receipt is closed."""

    _inherit = "pos.payment"

    loyalty_request = fields.Char(
        copy=False,
        help="Id of the till's request that reserved the credit of this payment.",
    )
    loyalty_move_id = fields.Many2one(
        "loyalty.account.move",
        string="Payment with credit",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Movement that charged the card.",
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: credit pays while a receipt is open, and by the ledger."""
        for vals in vals_list:
            vals.pop("loyalty_move_id", None)
        payments = super().create(vals_list)
        payments.pos_order_id._refuse_loyalty_settled()
        return payments

    def write(self, vals):
        """Override: what charged a card stays; no closed receipt is changed to credit."""
        if not GUARDED_FIELDS & vals.keys() or self.pos_order_id._is_loyalty_ledger():
            return super().write(vals)
        vals = {name: value for name, value in vals.items() if name != "loyalty_move_id"}
        if self._is_loyalty_correction(vals):
            return super().write(vals)
        self.pos_order_id._refuse_loyalty_settled()
        result = super().write(vals)
        self.pos_order_id._refuse_loyalty_settled()  # moved onto one
        return result

    def unlink(self):
        """Override: what charged a card stays."""
        self.pos_order_id._refuse_loyalty_settled()
        return super().unlink()

    def _is_loyalty_correction(self, vals):
        """Whether only the kind of money is put right: cash that was a bank card.

        Not where it decides about credit: on refunds, and where credit was sold.
        """
        # Superuser: only asks what kinds of payments and products they are.
        payments = self.sudo()
        methods = payments.payment_method_id
        methods |= methods.browse(vals.get("payment_method_id"))
        lines = payments.pos_order_id.lines
        return (
            vals.keys() & GUARDED_FIELDS <= {"payment_method_id"}
            and all(method.journal_id and not method._is_loyalty_credit() for method in methods)
            and not lines.refunded_orderline_id
            and not lines.filtered(lambda line: line._get_loyalty_credit_kind())
        )

    # === LOYALTY === #

    def _get_loyalty_hold(self):
        """Return the reservation of this payment.

        :raise MovementRefused: nothing, less, or another card's credit is reserved
        """
        self.ensure_one()
        till, order = self.env["loyalty.till"], self.pos_order_id
        hold = till._find_hold(self.loyalty_request, order.session_id)
        amount = Decimal(repr(self.amount))
        if (
            not hold
            or hold.state != "open"
            or hold.account_id != order.loyalty_account_id
            or hold.document_id != order.session_id.id
            or Decimal(repr(hold.remaining)) < amount
            or (hold.expires_at and hold.expires_at <= fields.Datetime.now())
        ):
            raise MovementRefused(
                self.env._(
                    "%s of credit is not reserved for this receipt any more. Remove the payment "
                    "with credit and add it again.",
                    order.currency_id.format(self.amount),
                )
            )
        return hold

    def _capture_loyalty_credit(self):
        """Charge the card with what is reserved; release what was reserved beyond it."""
        for payment in self:
            order, hold = payment.pos_order_id, payment._get_loyalty_hold()
            ledger = self.env["loyalty.ledger"]
            options = {"company": order.company_id, "document": order}
            movement = ledger._capture(
                hold, payment.amount, key=f"pos.payment/{payment.id}/capture", **options
            )
            if hold.state == "open":
                ledger._release(hold, key=f"pos.payment/{payment.id}/release", **options)
            payment._set_loyalty_move(movement)

    def _release_loyalty_hold(self):
        """Give back what is reserved for this payment, as far as anything still is."""
        order = self.pos_order_id
        hold = self.env["loyalty.till"]._find_hold(self.loyalty_request, order.session_id)
        if hold.state == "open":
            self.env["loyalty.ledger"]._release(
                hold, company=order.company_id, document=order.session_id
            )

    def _set_loyalty_move(self, movement):
        # The ledger's own hand; the guard above lets nobody else.
        self.with_context(loyalty_ledger=LEDGER_TOKEN).loyalty_move_id = movement
