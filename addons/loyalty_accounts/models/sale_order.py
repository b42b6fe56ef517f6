from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import LoyaltyError
from ..rules import earning


class SaleOrder(models.Model):
    _inherit = "sale.order"

    loyalty_account_id = fields.Many2one(
        "loyalty.account",
        string="Loyalty account",
        copy=False,
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
        groups="base.group_user",
        help="Card that the customer presented. Its discount applies to all lines whose product "
        "allows it; the order earns credit when it is confirmed.",
    )
    loyalty_scan = fields.Char(
        string="Card number",
        store=False,
        groups="base.group_user",
        help="Scan or type the number of the customer's card.",
    )
    loyalty_account_name = fields.Char(related="loyalty_account_id.name", string="Account name")
    loyalty_discount = fields.Float(related="loyalty_account_id.discount", string="Card discount %")
    loyalty_available = fields.Monetary(
        related="loyalty_account_id.available",
        currency_field="loyalty_currency_id",
        string="Credit on the card",
        groups="base.group_user",
    )
    loyalty_currency_id = fields.Many2one(
        related="loyalty_account_id.currency_id",
        string="Currency of the card",
        groups="base.group_user",
    )
    loyalty_earned = fields.Monetary(
        compute="_compute_loyalty_earned",
        currency_field="loyalty_currency_id",
        string="Credit earned",
        groups="base.group_user",
        help="What the order earns when it is confirmed, or has earned.",
    )

    # === COMPUTES === #

    @api.depends("state", "amount_total", "loyalty_account_id")
    def _compute_loyalty_earned(self):
        earnings = self._get_open_loyalty_earnings()
        for order in self:
            if order.state in ("draft", "sent") and order.loyalty_account_id:
                # Superuser: reads the card's rate for everyone who may read the order.
                order.loyalty_earned = float(order.sudo()._get_loyalty_earning())
            else:
                moves = earnings.filtered(lambda move, order=order: move.document_id == order.id)
                order.loyalty_earned = sum(moves.mapped("asked_amount"))

    # === CONSTRAINTS AND ONCHANGES === #

    @api.constrains("loyalty_account_id", "company_id")
    def _check_loyalty_account(self):
        for order in self.filtered("loyalty_account_id"):
            # Superuser, so that a card of another company is refused with a reason.
            order.sudo().loyalty_account_id._check_usable(order.company_id)

    @api.onchange("loyalty_scan")
    def _onchange_loyalty_scan(self):
        """Pair the scanned card; what is refused is said and changes nothing."""
        number, self.loyalty_scan = self.loyalty_scan, False
        if not number:
            return None
        try:
            self.loyalty_account_id = self._find_usable_loyalty_account(number)
        except LoyaltyError as error:
            return {"warning": {"title": self.env._("Card not accepted"), "message": str(error)}}
        if not self.partner_id:
            self.partner_id = self.loyalty_account_id.partner_id
        return None

    @api.onchange("loyalty_account_id")
    def _onchange_loyalty_account_id(self):
        """Say at once why a chosen card is refused, not only when the order is saved."""
        reason = self.loyalty_account_id and self.loyalty_account_id._get_unusable_reason(
            self.company_id or self.env.company
        )
        if not reason:
            return None
        self.loyalty_account_id = self._origin.loyalty_account_id
        return {"warning": {"title": self.env._("Card not accepted"), "message": reason}}

    # === CRUD === #

    def write(self, vals):
        """Override: a confirmed order keeps its card."""
        if "loyalty_account_id" in vals:
            self._check_loyalty_pairing_open(vals["loyalty_account_id"])
        return super().write(vals)

    def _check_loyalty_pairing_open(self, account_id):
        """Refuse another card on an order that earned with the one it has."""
        for order in self.filtered(lambda order: order.state not in ("draft", "sent")):
            if (account_id or False) != order.loyalty_account_id.id:
                raise UserError(
                    self.env._(
                        "%s is confirmed: its loyalty account cannot be changed. "
                        "Cancel it and set it to quotation first.",
                        order.display_name,
                    )
                )

    # === ACTIONS === #

    def action_pair_loyalty_account(self, number):
        """Pair the order with the card of this number.

        :param str number: as scanned or typed
        :return: True
        :raise LoyaltyError: unknown, blocked, expired or foreign card
        :raise UserError: the order is confirmed
        """
        for order in self:
            order.loyalty_account_id = order._find_usable_loyalty_account(number)
        return True

    def action_unpair_loyalty_account(self):
        """Remove the card; its discount goes with it."""
        self.loyalty_account_id = False
        return True

    def action_confirm(self):
        """Override of ``sale``: earn credit on the paired accounts."""
        orders = self._check_loyalty_before_confirmation()
        result = super().action_confirm()
        orders._earn_loyalty_credit()
        return result

    def _action_cancel(self):
        """Override of ``sale``: take the earned credit back."""
        result = super()._action_cancel()
        self._take_back_loyalty_credit()
        return result

    def _prepare_invoice(self):
        """Override of ``sale``: the invoice names the account, too."""
        # Superuser: see _check_loyalty_before_confirmation().
        card = self.sudo().loyalty_account_id
        return dict(super()._prepare_invoice(), loyalty_account_id=card.id)

    # === LOYALTY === #

    def _find_usable_loyalty_account(self, number):
        self.ensure_one()
        company = self.company_id or self.env.company
        account = self.env["loyalty.account"]._find_by_number(number, company)
        account._check_usable(company)
        return account

    def _check_loyalty_before_confirmation(self):
        """Return the orders that will earn.

        A seller is told when a card has expired or was blocked since it was paired. A customer
        who signs or pays online is not turned away for it: the order is confirmed, earns
        nothing, and says so in its history.
        """
        # Superuser: the field is hidden from customers, who confirm by signing.
        earning_orders = self.filtered(lambda order: order.sudo().loyalty_account_id)
        for order in earning_orders:
            account = order.sudo().loyalty_account_id  # whoever confirms, the card decides
            reason = account._get_unusable_reason(order.company_id)
            if reason and not (self.env.su or self.env.user.share):
                raise UserError(
                    self.env._("%s\nRemove the card from the order to confirm it.", reason)
                )
            if reason:
                order.message_post(body=self.env._("No credit was earned: %s", reason))
                earning_orders -= order
        return earning_orders

    def _earn_loyalty_credit(self):
        # Superuser: the right to confirm the order is the right that counts.
        ledger = self.env["loyalty.ledger"].sudo()
        if self:
            # All at once and in the order of ids, so that two batches never wait for each other.
            ledger._lock(self.sudo().loyalty_account_id)
        for order in self.sudo():  # same reason
            amount = order._get_loyalty_earning()
            if amount:
                ledger._earn(
                    order.loyalty_account_id,
                    amount,
                    key=order._get_loyalty_key("earn"),
                    company=order.company_id,
                    document=order,
                )

    def _take_back_loyalty_credit(self):
        # Superuser: the right to cancel the order is the right that counts.
        ledger = self.env["loyalty.ledger"].sudo()
        moves = self._get_open_loyalty_earnings()
        if moves:
            ledger._lock(moves.account_id)
        for move in moves:
            ledger._take_back(
                move,
                key=f"sale.order/{move.document_id}/take_back/{move.id}",
                company=move.company_id,
                document=self.browse(move.document_id),
            )

    def _get_loyalty_earning(self):
        """Credit that the order earns, in the account's currency, rounded half up (LA13)."""
        self.ensure_one()
        account = self.loyalty_account_id
        paid = self.currency_id._convert(
            self.amount_total,
            account.currency_id,
            self.company_id,
            self.date_order or fields.Date.context_today(self),
            round=False,
        )
        return earning.earned(
            Decimal(repr(paid)),
            Decimal(repr(account.credit_rate)),
            Decimal(repr(account.currency_id.rounding)),
        )

    def _get_open_loyalty_earnings(self):
        """Earnings of the orders that were not taken back."""
        domain = self._get_loyalty_move_domain("earn") & Domain("reversal_ids", "=", False)
        # Superuser, because a salesperson without the loyalty group cancels orders, too; only
        # what belongs to these orders is read.
        return self.env["loyalty.account.move"].sudo().search(domain, order="id")

    def _get_loyalty_key(self, verb):
        """One key per confirmation: an order may be cancelled and confirmed again."""
        moves = self.env["loyalty.account.move"].sudo()  # counts only this order's movements
        count = moves.search_count(self._get_loyalty_move_domain(verb))
        return f"sale.order/{self.id}/{verb}/{count + 1}"

    def _get_loyalty_move_domain(self, kind):
        return (
            Domain("document_model", "=", self._name)
            & Domain("document_id", "in", self.ids)
            & Domain("kind", "=", kind)
        )
