from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

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
        payments._refuse_loyalty_late()
        return payments

    def write(self, vals):
        """Override: what charged a card stays; no closed receipt is changed to credit."""
        trusted = self.env.context.get("loyalty_ledger") is LEDGER_TOKEN
        if GUARDED_FIELDS & vals.keys() and not trusted:
            self._refuse_loyalty_charged()
            vals = {name: value for name, value in vals.items() if name != "loyalty_move_id"}
        result = super().write(vals)
        if "payment_method_id" in vals or "pos_order_id" in vals:
            self._refuse_loyalty_late()
        return result

    def unlink(self):
        """Override: what charged a card stays."""
        self._refuse_loyalty_charged()
        return super().unlink()

    def _refuse_loyalty_charged(self):
        charged = self.filtered(
            lambda payment: payment.loyalty_move_id or payment._is_loyalty_closed()
        )
        if charged:
            raise UserError(
                self.env._(
                    "%s was settled with the customer's card. Refund the receipt instead of "
                    "changing its payment.",
                    charged[0].pos_order_id.display_name,
                )
            )

    def _refuse_loyalty_late(self):
        late = self.filtered(lambda payment: payment._is_loyalty_closed())
        if late:
            raise UserError(
                self.env._(
                    "%s is closed: a card can pay an open receipt only.",
                    late[0].pos_order_id.display_name,
                )
            )

    def _is_loyalty_closed(self):
        """Whether it is a payment with credit of a closed receipt."""
        return self in self.pos_order_id._get_loyalty_credit_payments() and (
            self.pos_order_id.state in ("paid", "done")
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

    def _set_loyalty_move(self, movement):
        # The ledger's own hand; the guard above lets nobody else.
        self.with_context(loyalty_ledger=LEDGER_TOKEN).loyalty_move_id = movement
