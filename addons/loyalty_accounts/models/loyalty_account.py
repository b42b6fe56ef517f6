import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..exceptions import InvalidValue
from ..rules import numbers
from ..rules.errors import RuleError


class LoyaltyAccount(models.Model):
    """A customer's account: loyalty card, gift voucher and discount card in one.

    Balance, reservations and debt are written by ``loyalty.ledger`` alone.
    """

    _name = "loyalty.account"
    _description = "Loyalty account"
    _inherit = [
        "loyalty.account.guard",
        "loyalty.account.lookup",
        "loyalty.account.contact",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["number", "name", "partner_id.complete_name"]

    number = fields.Char(
        string="Card number",
        required=True,
        index="trigram",
        copy=False,
        tracking=True,
        default=lambda self: self._generate_number(),
        help="Printed on the card and scanned at the till. Unique over all companies, archived "
        "accounts included. Letters are kept in capitals.",
    )
    name = fields.Char(
        required=True,
        index="trigram",
        tracking=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        help="Shown on documents, receipts, search results and statistics.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Empty for a card or voucher that belongs to its bearer.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Issued by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        help="Establishment that issued the card and where it is honoured.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        help="Currency of the issuing company when the account was opened.",
    )
    active = fields.Boolean(default=True, tracking=True)
    blocked = fields.Boolean(
        copy=False,
        tracking=True,
        help="A blocked account is refused everywhere until it is unblocked. Nothing is lost.",
    )
    block_reason = fields.Char(
        copy=False, tracking=True, help="Shown to staff when the card is refused."
    )
    expiry_date = fields.Date(
        string="Valid until",
        tracking=True,
        copy=False,
        help="Last day on which the card can be used. To reactivate the card, move the date. "
        "Empty: valid for ever.",
    )
    discount = fields.Float(
        string="Discount %",
        digits=(5, 2),
        tracking=True,
        default=lambda self: self.env.company.loyalty_default_discount,
        help="0 to 100. Given on every line whose product allows it, as soon as the card is "
        "paired with a document.",
    )
    credit_rate = fields.Float(
        string="Credit rate",
        digits=(7, 4),
        tracking=True,
        default=lambda self: self.env.company.loyalty_default_credit_rate,
        help="Credit earned per 1 of currency paid: 0.05 gives 5.00 for a bill of 100.00.",
    )
    note = fields.Text(help="For staff only.")
    state = fields.Selection(
        [
            ("usable", "Usable"),
            ("expired", "Expired"),
            ("blocked", "Blocked"),
            ("archived", "Archived"),
        ],
        compute="_compute_state",
        help="Whether the card is accepted today.",
    )

    expires_soon = fields.Boolean(
        compute="_compute_expires_soon",
        search="_search_expires_soon",
        help="The last day lies within the company's number of days.",
    )

    balance = fields.Monetary(
        readonly=True, copy=False, help="Credit on the account, reserved credit included."
    )
    held = fields.Monetary(
        string="Reserved",
        readonly=True,
        copy=False,
        help="Credit set aside for documents that are not paid yet.",
    )
    debt = fields.Monetary(
        readonly=True,
        copy=False,
        help="Earned credit that was taken back after it had been spent. Credit earned later "
        "repays it first.",
    )
    available = fields.Monetary(
        compute="_compute_available", help="Credit that can be spent now: balance less reserved."
    )
    version = fields.Integer(readonly=True, copy=False, help="Number of the last movement.")
    head_hash = fields.Char(readonly=True, copy=False, help="Seal of the last movement.")
    head_seal = fields.Char(
        readonly=True,
        copy=False,
        help="Seal of this row as the last movement left it: its company, currency, number and "
        "the seal of that movement. It is kept nowhere else.",
    )

    user_can_manage = fields.Boolean(
        compute="_compute_user_can_manage", help="Whether you may change the account's terms."
    )

    move_ids = fields.One2many("loyalty.account.move", "account_id", string="Movements")
    lot_ids = fields.One2many("loyalty.account.lot", "account_id", string="Lots")
    hold_ids = fields.One2many("loyalty.account.hold", "account_id", string="Reservations")
    order_ids = fields.One2many("sale.order", "loyalty_account_id", string="Orders")
    order_count = fields.Integer(compute="_compute_order_count", string="Number of orders")

    partner_company_registry = fields.Char(related="partner_id.company_registry", readonly=False)
    partner_vat = fields.Char(related="partner_id.vat", string="VAT number", readonly=False)
    partner_tax_number = fields.Char(related="partner_id.tax_number", readonly=False)
    partner_street = fields.Char(related="partner_id.street", readonly=False)
    partner_street2 = fields.Char(related="partner_id.street2", readonly=False)
    partner_zip = fields.Char(related="partner_id.zip", readonly=False)
    partner_city = fields.Char(related="partner_id.city", readonly=False)
    partner_state_id = fields.Many2one(
        related="partner_id.state_id", string="Customer's state", readonly=False
    )
    partner_country_id = fields.Many2one(related="partner_id.country_id", readonly=False)
    partner_email = fields.Char(related="partner_id.email", readonly=False)
    partner_mobile = fields.Char(related="partner_id.mobile", readonly=False)
    partner_phone = fields.Char(related="partner_id.phone", readonly=False)
    partner_fax = fields.Char(related="partner_id.fax", readonly=False)

    # Used by every scan; archived accounts keep their number for ever.
    _number_unique = models.UniqueIndex("(number)", "This card number is in use already.")
    _check_number_format = models.Constraint(
        f"CHECK (number ~ '{numbers.PATTERN}')",
        "A card number has 3 to 32 letters without accents, digits, or any of . _ / -",
    )
    _check_discount_range = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100)", "The discount must lie between 0 and 100 %."
    )
    _check_credit_rate_range = models.Constraint(
        "CHECK (credit_rate BETWEEN 0 AND 100)", "The credit rate must lie between 0 and 100."
    )
    _check_ledger = models.Constraint(
        "CHECK (coalesce(held, 0) >= 0 AND coalesce(balance, 0) >= coalesce(held, 0)"
        " AND coalesce(debt, 0) >= 0)",
        "Credit, reservations and debt cannot be below zero, nor reservations above the credit.",
    )
    # Used by the first page of the list, which shows a company's newest cards.
    _list_idx = models.Index("(company_id, id DESC) WHERE active")

    # === DEFAULTS AND COMPUTES === #

    @api.model
    def _generate_number(self):
        """Return a free random card number with a check digit, by the company's prefix."""
        prefix = self.env.company.loyalty_number_prefix or "29"
        # Superuser, because a number taken in another company must not be proposed either.
        taken = self.env["loyalty.account.number"].sudo()
        number = numbers.generate(prefix, secrets.randbelow)
        while taken.search_count([("number", "=", number)], limit=1):
            number = numbers.generate(prefix, secrets.randbelow)
        return number

    @api.depends("partner_id")
    def _compute_name(self):
        for account in self:
            account.name = account.name or account.partner_id.name

    @api.depends("company_id")
    def _compute_currency_id(self):
        for account in self:
            account.currency_id = account.currency_id or account.company_id.currency_id

    @api.depends("active", "blocked", "expiry_date")
    def _compute_state(self):
        for account in self:
            today = account.company_id._get_loyalty_today()
            if not account.active:
                account.state = "archived"
            elif account.blocked:
                account.state = "blocked"
            elif account.expiry_date and account.expiry_date < today:
                account.state = "expired"
            else:
                account.state = "usable"

    @api.depends("expiry_date")
    def _compute_expires_soon(self):
        for account in self:
            today, limit = account.company_id._get_loyalty_expiring_days()
            account.expires_soon = bool(
                account.expiry_date and today <= account.expiry_date <= limit
            )

    def _search_expires_soon(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today, limit = self.env.company._get_loyalty_expiring_days()
        return [("expiry_date", ">=", today), ("expiry_date", "<=", limit)]

    @api.depends("balance", "held")
    def _compute_available(self):
        for account in self:
            account.available = account.balance - account.held

    @api.depends("order_ids")
    def _compute_order_count(self):
        orders, counts = self.env["sale.order"], {}
        if orders.has_access("read"):  # who only manages cards sees none
            counts = dict(
                orders._read_group(
                    [("loyalty_account_id", "in", self.ids)], ["loyalty_account_id"], ["__count"]
                )
            )
        for account in self:
            account.order_count = counts.get(account, 0)

    @api.depends_context("uid")
    def _compute_user_can_manage(self):
        self.user_can_manage = self._is_manager()

    @api.depends("number", "name")
    def _compute_display_name(self):
        for account in self:
            account.display_name = " · ".join(filter(None, (account.name, account.number)))

    @api.model
    def _search_display_name(self, operator, value):
        # A scanner may add spaces; ilike already ignores the letter case.
        if isinstance(value, str):
            value = value.strip()
        return super()._search_display_name(operator, value)

    # === CONSTRAINTS === #

    @api.constrains("company_id", "partner_id")
    def _check_partner_company(self):
        for account in self:
            company = account.partner_id.company_id
            if company and company != account.company_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s belongs to another company than the account %(account)s.",
                        partner=account.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    # === CRUD === #

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_history(self):
        """Refuse to delete what documents refer to; archiving keeps it."""
        kept = self - self._get_deletable()
        if kept:
            raise UserError(
                self.env._(
                    "These accounts have movements or orders and cannot be deleted: %s. "
                    "Archive them instead.",
                    ", ".join(kept.mapped("display_name")),
                )
            )

    def copy_data(self, default=None):
        """A copy is a new card: it gets a number of its own."""
        return [
            dict(vals, number=vals.get("number") or self._generate_number())
            for vals in super().copy_data(default)
        ]

    @api.model
    def name_create(self, name):
        """Open an account from a selection box; what looks like a card number becomes it.

        It does with four digits in a row: "Anna 2" is a name, "AB-5510" a card.
        """
        values = {"name": name.strip()}
        if not values["name"]:
            raise InvalidValue(self.env._("Enter a name or a card number."))
        if re.search(r"[0-9]{4}", name):
            try:
                values["number"] = numbers.check_number(name)
            except RuleError:
                values.pop("number", None)
        account = self.create(values)
        return account.id, account.display_name
