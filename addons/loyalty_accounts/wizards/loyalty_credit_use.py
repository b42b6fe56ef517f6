from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import InvalidValue
from ..rules import amounts, exchange


class LoyaltyCreditUse(models.AbstractModel):
    """What the dialogues that pay with credit have in common.

    ``amount`` is in the document's currency, ``credit`` in the card's.
    """

    _name = "loyalty.credit.use"
    _description = "Use of credit"
    _inherit = ["loyalty.pin.entry"]

    company_id = fields.Many2one("res.company", compute="_compute_document")
    currency_id = fields.Many2one("res.currency", compute="_compute_document")
    amount_due = fields.Monetary(
        compute="_compute_document", string="Open", help="What is not paid or reserved yet."
    )
    credit_currency_id = fields.Many2one(
        related="account_id.currency_id", string="Currency of the card"
    )
    available = fields.Monetary(
        compute="_compute_available",
        currency_field="credit_currency_id",
        string="Credit on the card",
        help="Credit that may pay this document.",
    )
    account_id = fields.Many2one("loyalty.account", string="Card")
    amount = fields.Monetary(
        string="Pay with credit",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="In the document's currency.",
    )
    credit = fields.Monetary(
        compute="_compute_credit",
        currency_field="credit_currency_id",
        string="Taken from the card",
    )
    rest = fields.Monetary(
        compute="_compute_credit", string="Left to pay", help="What remains to be paid in money."
    )
    rate_note = fields.Char(compute="_compute_credit", string="Rate")
    needs_pin = fields.Boolean(
        compute="_compute_needs_pin", help="Whether this much needs the card's PIN."
    )
    lacks_pin = fields.Boolean(
        compute="_compute_needs_pin", help="Whether it does and the card has none."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only with cards that the user may see, and amounts that are some."""
        for vals in vals_list:
            self._check_amount(vals)
        wizards = super().create(vals_list)
        wizards._check_card_access()
        return wizards

    def write(self, vals):
        """Override: the same for what is changed."""
        self._check_amount(vals)
        result = super().write(vals)
        self._check_card_access()
        return result

    def _check_card_access(self):
        """Refuse cards that the user may not see: the dialogue shows what is on them.

        :raise AccessError: a foreign card
        """
        self.account_id.check_access("read")

    def _check_amount(self, vals):
        """Refuse what the ORM would stumble over, such as NaN; the rest is said on confirmation."""
        ledger = self.env["loyalty.ledger"]
        ledger._apply_rule(InvalidValue, amounts.read_number, vals.get("amount") or 0)

    def _compute_document(self):
        """Hook: set ``company_id``, ``currency_id`` and ``amount_due`` from the document."""
        raise NotImplementedError

    def _get_document(self):
        """Hook: the document that is paid."""
        raise NotImplementedError

    def _get_rate(self):
        """Hook: units of the document's currency for 1 of credit, as Decimal."""
        raise NotImplementedError

    def _get_bill(self):
        """Hook: value of the document in the card's currency, as Decimal."""
        raise NotImplementedError

    @api.depends("account_id", "amount_due")
    def _compute_available(self):
        for wizard in self:
            # Superuser: a card that the user may see, or has presented (checked on creation).
            card = wizard.account_id.sudo()
            company, document = wizard.company_id, wizard._get_document()
            spendable = card and card._get_spendable(company, wizard._get_bill(), document=document)
            wizard.available = float(spendable or 0)

    @api.depends("account_id", "amount_due")
    def _compute_amount(self):
        for wizard in self:
            due, available = Decimal(repr(wizard.amount_due)), Decimal(repr(wizard.available))
            wizard.amount = wizard._cover(due, available)[1] if wizard.account_id else 0.0

    @api.depends("account_id", "amount", "amount_due")
    def _compute_credit(self):
        for wizard in self:
            amount = Decimal(repr(wizard.amount or 0.0))
            wizard.rest = wizard.amount_due - wizard.amount
            wizard.credit = 0.0
            wizard.rate_note = False
            if wizard.account_id:
                wizard.credit = exchange.to_credit(amount, wizard._get_rate(), wizard._get_step())
            if wizard.account_id and wizard.credit_currency_id != wizard.currency_id:
                wizard.rate_note = self.env._(
                    "1 %(credit_currency)s = %(rate)s %(currency)s",
                    credit_currency=wizard.credit_currency_id.name,
                    rate=f"{float(wizard._get_rate()):.6g}",
                    currency=wizard.currency_id.name,
                )

    @api.depends("account_id", "credit")
    def _compute_needs_pin(self):
        for wizard in self:
            account, credit = wizard.account_id, wizard._get_credit_to_authorise()
            needed = bool(account and credit and account._needs_pin(credit, wizard.company_id))
            wizard.needs_pin = needed and account.has_pin
            wizard.lacks_pin = needed and not account.has_pin

    def _get_credit_to_authorise(self):
        """Hook: credit that the card's owner has to agree to."""
        return self.credit

    def _authorise(self):
        """Ask for the PIN where it is needed.

        :raise PinRefused: it is missing or wrong
        """
        credit = self._get_credit_to_authorise()
        self.account_id._require_pin(credit, self.company_id, self._pop_pin())

    def _cover(self, due, available):
        steps = self._get_step(), Decimal(repr(self.currency_id.rounding))
        return exchange.cover(due, available, self._get_rate(), *steps)

    def _get_step(self):
        return Decimal(repr(self.credit_currency_id.rounding))

    def _parse_use(self):
        """Return ``(credit, amount)`` to use, as Decimals.

        :raise InvalidValue: the amount is no amount of the currency
        :raise UserError: it is more than what is open, or no card was chosen
        """
        self.ensure_one()
        if not self.account_id:
            raise UserError(self.env._("Scan or choose a card first."))
        step = Decimal(repr(self.currency_id.rounding))
        amount = self.env["loyalty.ledger"]._parse_amount(self.amount, step)
        if amount > Decimal(repr(self.amount_due)):
            raise UserError(
                self.env._("Only %s is open.", self.currency_id.format(self.amount_due))
            )
        return exchange.to_credit(amount, self._get_rate(), self._get_step()), amount
