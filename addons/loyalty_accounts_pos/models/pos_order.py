from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN
from odoo.addons.loyalty_accounts.exceptions import AccountNotFound

from ..rules import receipt

#: States of a receipt whose credit is settled.
CLOSED = ("paid", "done")

#: What refunds and books of a closed receipt are computed from.
FIXED_FIELDS = (
    *("session_id", "config_id", "company_id", "amount_total", "amount_tax", "amount_paid"),
    *("pricelist_id", "fiscal_position_id", "currency_id"),
)

#: What closing a receipt sets, and nobody else.
TERMS = frozenset({"loyalty_account_id", "loyalty_credit_rate", "loyalty_earns_on_credit"})


class PosOrder(models.Model):
    """Receipts that are paired with a card. The till sends its number; the account is found here."""

    _inherit = "pos.order"

    loyalty_number = fields.Char(
        string="Card number",
        copy=False,
        groups="point_of_sale.group_pos_user",
        help="Number of the card that was presented at the till, as the till sends it.",
    )
    loyalty_account_id = fields.Many2one(
        "loyalty.account",
        string="Loyalty account",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Card that the receipt is paired with.",
    )
    loyalty_credit_rate = fields.Float(
        digits=(7, 4),
        copy=False,
        readonly=True,
        help="Credit rate of the card when the receipt was closed; refunds take back by it.",
    )
    loyalty_earns_on_credit = fields.Boolean(
        copy=False,
        readonly=True,
        help="Whether what is paid with credit earns, by the company's setting when the receipt "
        "was closed.",
    )
    loyalty_move_ids = fields.Many2many(
        "loyalty.account.move",
        compute="_compute_loyalty_move_ids",
        string="Movements of credit",
        groups="loyalty_accounts.group_user",
        help="What the receipt paid with credit, earned, sold, gave back or took back.",
    )
    loyalty_receipt = fields.Json(
        compute="_compute_loyalty_receipt",
        compute_sudo=True,
        groups="point_of_sale.group_pos_user",
        help="What the printed receipt says of the card: name, number, discount, credit used, "
        "earned and left.",
    )

    # === COMPUTES === #

    def _compute_loyalty_move_ids(self):
        moves = self._get_loyalty_moves()
        if not self.env.su:
            moves = moves.sudo(False)._filtered_access("read")  # not those of partners' cards
        moves = moves.grouped("document_id")
        for order in self:
            order.loyalty_move_ids = moves.get(order._origin.id, False)

    def _compute_loyalty_receipt(self):
        moves = self._get_loyalty_moves().grouped("document_id")
        for order in self:
            order.loyalty_receipt = order._describe_loyalty(
                moves.get(order._origin.id, self.env["loyalty.account.move"])
            )

    def _describe_loyalty(self, moves):
        """Return what the receipt prints of the card; False without one.

        :return: dict with ``name``, ``number`` (masked), ``used``, ``earned`` (of which what was
            taken back is subtracted), ``topped_up``, ``vouchers`` ``[{number, amount}]``,
            ``withheld`` and ``left`` (False before the receipt is closed), in the currency of the
            account
        """
        card = self.loyalty_account_id
        if not card and not moves:
            return False
        own = moves.filtered(lambda move: move.account_id == card)
        last = own.sorted("seq")[-1:]
        return {
            "name": card.name,
            "number": receipt.mask(card.number) if card else False,
            "used": float(-self._sum_loyalty_moves(moves, "capture", "refund")),
            "earned": float(self._sum_loyalty_moves(moves, "earn", "take_back")),
            "topped_up": float(self._sum_loyalty_moves(own, "top_up", "void")),
            "vouchers": [
                {"number": self._show_loyalty_voucher(move.account_id), "amount": move.amount}
                for move in moves - own
                if move.kind == "top_up"
            ],
            "withheld": sum(moves.mapped("withheld_amount")),
            "left": last.balance_after - last.held_after if last else False,
        }

    def _show_loyalty_voucher(self, voucher):
        """The number is money to whoever reads it: whole only while its till may hand it over."""
        fresh = voucher.version == 1 and not voucher.partner_id
        if fresh and self.session_id.state != "closed":
            return voucher.number
        return receipt.mask(voucher.number)

    def _sum_loyalty_moves(self, moves, *kinds):
        amounts = (Decimal(repr(move.amount)) for move in moves if move.kind in kinds)
        return sum(amounts, Decimal(0)) + 0  # never minus zero

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: find the card; a receipt with one is closed by the ledger's rules only."""
        for vals in vals_list:
            self._drop_loyalty_terms(vals)
            self._resolve_loyalty_number(vals)
            syncing = self.env.context.get("loyalty_sync") is LEDGER_TOKEN
            concerned = vals.get("loyalty_account_id") or self._has_loyalty_payment(vals)
            if vals.get("state") in CLOSED and (syncing or concerned):
                # Core takes the state as the till sends it, before anything was checked.
                vals["state"] = "draft"
        orders = super().create(vals_list)
        orders._refuse_loyalty_bypass(orders.filtered(lambda order: order.state in CLOSED))
        return orders

    def write(self, vals):
        """Override: find the card; what a closed receipt did with credit stays."""
        vals = dict(vals)
        self._drop_loyalty_terms(vals)
        if "loyalty_number" in vals and not self._is_loyalty_ledger():
            self._resolve_loyalty_number(vals)
            self._refuse_loyalty_change(vals)
        self._refuse_loyalty_edit(vals)
        opened = self.filtered(lambda order: order.state not in CLOSED)
        result = super().write(vals)
        # Afterwards: one call may bring lines, payments and the state together.
        self._refuse_loyalty_bypass(opened.filtered(lambda order: order.state in CLOSED))
        return result

    def _refuse_loyalty_bypass(self, closed):
        """Refuse receipts that were closed past the ledger, as by writing their state."""
        if self._is_loyalty_ledger():
            return
        for order in closed.sudo():  # cards are compared, not shown
            if order._is_loyalty_concerned():
                raise UserError(
                    self.env._("%s has a card: close it at the till.", order.pos_reference)
                )

    def _refuse_loyalty_edit(self, vals):
        """Refuse to change what the ledger did a closed receipt by; refunds are computed from it."""
        names = [name for name in FIXED_FIELDS if name in vals]
        if not names or self._is_loyalty_ledger():
            return
        changes = self.env["account.move"]._field_will_change
        self.filtered(
            lambda order: any(changes(order, vals, name) for name in names)
        )._refuse_loyalty_settled()

    def _refuse_loyalty_settled(self):
        """Refuse to touch receipts that the ledger settled: their lines, payments and totals."""
        if self._is_loyalty_ledger():
            return
        # Superuser: cards are compared, not shown.
        for order in self.sudo().filtered(lambda order: order.state in CLOSED):
            if order._is_loyalty_concerned():
                raise UserError(
                    self.env._(
                        "%s was settled with the customer's card and cannot be changed. Refund it.",
                        order.display_name,
                    )
                )

    def action_pos_order_cancel(self):
        """Override: a receipt that is cancelled keeps no credit reserved."""
        result = super().action_pos_order_cancel()
        # Superuser: reservations of these receipts only.
        for payment in self.sudo().filtered(lambda order: order.state == "cancel").payment_ids:
            payment._release_loyalty_hold()
        return result

    @api.model
    def _process_order(self, order, existing_order):
        """Override: a receipt is closed by ``action_pos_order_paid``, not by being created."""
        syncing = self.with_context(loyalty_sync=LEDGER_TOKEN)
        return super(PosOrder, syncing)._process_order(order, existing_order)

    def _drop_loyalty_terms(self, vals):
        """Leave out what a till only repeats; refuse what somebody sets past the ledger."""
        if self._is_loyalty_ledger():
            return
        for name in TERMS & vals.keys():
            if vals.pop(name):
                raise AccessError(self.env._("A receipt's card is set by its number."))

    def _is_loyalty_ledger(self):
        return self.env.context.get("loyalty_ledger") is LEDGER_TOKEN

    def _resolve_loyalty_number(self, vals):
        """Find the account of the number that a till sent.

        :raise AccountNotFound: no card of that number is honoured by the till's company
        """
        if self.env.su:
            # Public pages create orders as superuser, with what their visitor sends.
            vals.pop("loyalty_number", None)
            return
        if not vals.get("loyalty_number"):
            if "loyalty_number" in vals:
                vals["loyalty_account_id"] = False
            return
        company = self.company_id[:1] or self._get_loyalty_company(vals)
        account = self.env["loyalty.till"]._find_presented(vals["loyalty_number"], company)
        vals["loyalty_account_id"] = account.id

    def _get_loyalty_company(self, vals):
        session = self.env["pos.session"].browse(vals.get("session_id"))
        if not session:
            raise AccountNotFound(self.env._("A receipt with a card belongs to a till session."))
        return session.config_id.company_id

    def _has_loyalty_payment(self, vals):
        methods = {
            command[2].get("payment_method_id")
            for command in vals.get("payment_ids") or []
            if command[0] in (0, 1) and command[2]
        }
        methods = self.env["pos.payment.method"].browse(methods - {None, False})
        # Superuser: only asks what kind of payment it is.
        return any(method._is_loyalty_credit() for method in methods.sudo())

    def _refuse_loyalty_change(self, vals):
        for order in self:
            if order.state in CLOSED and order.loyalty_account_id.id != vals.get(
                "loyalty_account_id"
            ):
                raise UserError(
                    self.env._("%s is closed: its card cannot be changed.", order.display_name)
                )

    # === READING === #

    def _get_loyalty_moves(self, kinds=()):
        """Movements of these receipts, the oldest first.

        :param kinds: only of these kinds; nothing: all
        """
        # Superuser: only movements of these receipts are read.
        moves = self.env["loyalty.account.move"].sudo()
        if not self._origin.ids:
            return moves
        domain = [("document_model", "=", self._name), ("document_id", "in", self._origin.ids)]
        if kinds:
            domain.append(("kind", "in", kinds))
        return moves.search(domain, order="id")

    def _get_loyalty_credit_payments(self):
        """Payments of these receipts with credit."""
        return self.payment_ids.filtered(
            # Superuser: only asks what kind of payment it is.
            lambda payment: payment.payment_method_id.sudo()._is_loyalty_credit()
        )

    def _get_loyalty_key(self, kind):
        """One key per movement of a receipt."""
        return f"pos.order/{self.id}/{kind}/{len(self._get_loyalty_moves((kind,))) + 1}"
