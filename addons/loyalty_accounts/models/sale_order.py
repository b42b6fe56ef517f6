from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import LoyaltyError


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
        groups="loyalty_accounts.group_user",
        help="Card that the customer presented. Its discount applies to all lines whose product "
        "allows it; the order earns credit when it is confirmed.",
    )
    loyalty_scan = fields.Char(
        string="Card number",
        store=False,
        groups="loyalty_accounts.group_user",
        help="Scan or type the number of the customer's card.",
    )
    loyalty_account_name = fields.Char(related="loyalty_account_id.name", string="Account name")
    loyalty_discount = fields.Float(
        compute="_compute_loyalty_discount",
        compute_sudo=True,
        string="Card discount %",
        help="What the card gets here.",
    )
    loyalty_available = fields.Monetary(
        compute="_compute_loyalty_available",
        compute_sudo=True,
        currency_field="loyalty_currency_id",
        string="Credit on the card",
        groups="loyalty_accounts.group_user",
        help="Credit that may pay here now.",
    )
    loyalty_currency_id = fields.Many2one(
        related="loyalty_account_id.currency_id",
        string="Currency of the card",
        groups="loyalty_accounts.group_user",
    )

    # === COMPUTES === #

    @api.depends("loyalty_account_id.discount", "company_id")
    def _compute_loyalty_discount(self):
        for order in self:
            card, company = order.loyalty_account_id, order.company_id or self.env.company
            order.loyalty_discount = card and float(card._get_privileges(company).discount)

    @api.depends("loyalty_account_id.available", "company_id")
    def _compute_loyalty_available(self):
        for order in self:
            card, company = order.loyalty_account_id, order.company_id or self.env.company
            order.loyalty_available = card and float(card._get_spendable(company))

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
            self.partner_id = self._get_loyalty_holder()
        self._recompute_loyalty_discounts()
        return None

    @api.onchange("loyalty_account_id")
    def _onchange_loyalty_account_id(self):
        """Say at once why a chosen card is refused, not only when the order is saved."""
        reason = self.loyalty_account_id and self.loyalty_account_id._get_unusable_reason(
            self.company_id or self.env.company
        )
        if not reason:
            self._recompute_loyalty_discounts()
            return None
        self.loyalty_account_id = self._origin.loyalty_account_id
        return {"warning": {"title": self.env._("Card not accepted"), "message": reason}}

    # === CRUD === #

    def write(self, vals):
        """Override: a confirmed order keeps its card; another card recomputes the discounts."""
        if "loyalty_account_id" in vals:
            self._check_loyalty_pairing_open(vals["loyalty_account_id"])
        result = super().write(vals)
        if "loyalty_account_id" in vals:
            self._recompute_loyalty_discounts()
        return result

    def unlink(self):
        """Override: a quotation that is deleted keeps no credit reserved."""
        self._release_loyalty_credit()
        return super().unlink()

    def _recompute_loyalty_discounts(self):
        """Recompute the lines that a card discounts, or discounted until now; no others."""
        concerned = self.order_line.filtered(
            lambda line: line.loyalty_discounted or line._is_loyalty_discountable()
        )
        items = self.order_line.filtered(lambda line: line._get_linked_line() in concerned)
        lines = concerned | items
        # As the ORM recomputes: all lines at once, instead of a write for each.
        self.env.add_to_compute(lines._fields["discount"], lines)
        lines._recompute_recordset(["discount", "loyalty_discounted"])
        lines.modified(["discount"])  # the totals follow

    def _check_loyalty_pairing_open(self, account_id):
        """Refuse another card on an order that earned with the one it has."""
        for order in self.filtered(lambda order: order.state not in ("draft", "sent")):
            # Superuser: the card is compared, not shown.
            if (account_id or False) != order.sudo().loyalty_account_id.id:
                raise UserError(
                    self.env._(
                        "%s is no quotation: its loyalty account cannot be changed. "
                        "Cancel it if need be, and set it to quotation first.",
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
        self.check_access("write")  # before a number is tried
        for order in self:
            order.loyalty_account_id = order._find_usable_loyalty_account(number)
        return True

    def action_unpair_loyalty_account(self):
        """Remove the card; its discount goes with it."""
        self.check_access("write")
        self.loyalty_account_id = False
        return True

    def _prepare_invoice(self):
        """Override of ``sale``: the invoice names the account, too."""
        # Superuser: the field is hidden from customers, who may order invoices by paying.
        card = self.sudo().loyalty_account_id
        return dict(super()._prepare_invoice(), loyalty_account_id=card.id)

    def _get_invoice_grouping_keys(self):
        """Override of ``sale``: orders with different cards do not share an invoice."""
        return [*super()._get_invoice_grouping_keys(), "loyalty_account_id"]

    # === LOYALTY === #

    def _get_loyalty_holder(self):
        """Hook: the customer whom a quotation without one gets with the card."""
        return self.loyalty_account_id.partner_id

    def _find_usable_loyalty_account(self, number):
        self.ensure_one()
        company = self.company_id or self.env.company
        account = self.env["loyalty.account"]._find_by_number(number, company)
        account._check_usable(company)
        return account
