from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentPay(models.TransientModel):
    """Asks how settlements are paid out, and says which cannot be."""

    _name = "consignment.pay"
    _description = "Pay out settlements"

    settlement_ids = fields.Many2many(
        comodel_name="consignment.settlement",
        default=lambda self: self._default_settlement_ids(),
    )
    company_id = fields.Many2one(related="settlement_ids.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(
        selection=lambda self: self.env["consignment.consignor"]._get_payout_methods(),
        string="Pay by",
        required=True,
        default=lambda self: self._default_settlement_ids()[:1].payout_method or "bank",
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', '=', method), ('company_id', '=', company_id)]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    paid_ids = fields.Many2many(
        comodel_name="consignment.settlement", string="To pay", compute="_compute_paid_ids"
    )
    amount_total = fields.Monetary(string="Total", compute="_compute_paid_ids")
    missing_ids = fields.Many2many(
        comodel_name="consignment.consignor",
        string="Without bank account",
        compute="_compute_paid_ids",
        help="Enter the IBAN on the consignor first; nothing is paid before.",
    )
    other_count = fields.Integer(
        string="Left out",
        compute="_compute_paid_ids",
        help="Not to pay, or paid in another way: choose them with “Pay by”.",
    )

    @api.model
    def _default_settlement_ids(self):
        settlements = self.env["consignment.settlement"]
        if self.env.context.get("active_model") != settlements._name:
            return settlements
        chosen = settlements.browse(self.env.context.get("active_ids", []))
        return chosen.filtered(lambda settlement: settlement._is_free_to_pay())

    @api.depends("method", "company_id")
    def _compute_journal_id(self):
        for wizard in self:
            # Superuser: who pays out need not be a bookkeeper.
            wizard.journal_id = (
                self.env["account.journal"]
                .sudo()
                .search(
                    [("type", "=", wizard.method), ("company_id", "=", wizard.company_id.id)],
                    limit=1,
                )
            )

    @api.depends("method", "settlement_ids")
    def _compute_paid_ids(self):
        for wizard in self:
            paid = wizard.settlement_ids.filtered(
                lambda settlement, wizard=wizard: (
                    settlement._is_free_to_pay() and settlement.payout_method == wizard.method
                )
            )
            wizard.paid_ids = paid
            wizard.amount_total = sum(paid.mapped("amount_total"))
            wizard.missing_ids = paid._get_unpayable(wizard.method).payee_id
            wizard.other_count = len(wizard.settlement_ids - paid)

    def action_pay(self):
        """Pay what is listed, all or none, and show the payout.

        :raise UserError: there is nothing to pay, or no journal to pay from
        """
        self.ensure_one()
        if not self.paid_ids:
            raise UserError(self.env._("None of these is to be paid this way."))
        if len(self.paid_ids.company_id) > 1:
            raise UserError(self.env._("Pay out one company at a time."))
        if self.method in ("bank", "cash") and not self.journal_id:
            raise UserError(self.env._("Choose where the money comes from."))
        payout = self.env["consignment.payout"]._pay(
            self.paid_ids, self.method, self.journal_id, self.date
        )
        return payout.get_formview_action()
