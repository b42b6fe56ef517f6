from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentPayout(models.Model):
    """Settlements that were paid in one go: one list for the bank, or cash against receipts."""

    _name = "consignment.payout"
    _description = "Payout of settlements"
    _order = "id desc"

    name = fields.Char(string="Number", required=True, readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(
        selection=lambda self: self.env["consignment.consignor"]._get_payout_methods(),
        required=True,
        readonly=True,
    )
    journal_id = fields.Many2one(comodel_name="account.journal", readonly=True)
    date = fields.Date(required=True, readonly=True)
    settlement_ids = fields.One2many("consignment.settlement", "payout_id", readonly=True)
    amount_total = fields.Monetary(
        string="Total",
        compute="_compute_amount_total",
        help="Without settlements whose payment was cancelled since.",
    )

    _name_unique = models.UniqueIndex("(company_id, name)", "This number is taken.")

    @api.depends("settlement_ids.amount_total", "settlement_ids.state")
    def _compute_amount_total(self):
        for payout in self:
            paid = payout.settlement_ids.filtered(lambda settlement: settlement.state == "paid")
            payout.amount_total = sum(paid.mapped("amount_total"))

    @api.model
    def _pay(self, settlements, method, journal, date):
        """Pay settlements, all or none.

        :param settlements: to pay, of one company
        :param method: see ``consignment.consignor.payout_method``; all payees have it
        :param journal: where the money comes from; none for methods without money
        :return: the payout
        :raise UserError: one was paid meanwhile, or cannot be paid so
        """
        settlements.check_access("write")
        settlements._touch()
        if any(settlement.state != "confirmed" for settlement in settlements):
            raise UserError(self.env._("Some of these are not to pay any more. Choose anew."))
        missing = settlements._get_unpayable(method)
        if missing:
            raise UserError(
                self.env._(
                    "No bank account: %s.", ", ".join(missing.payee_id.mapped("display_name"))
                )
            )
        # Superuser: paying out is the right that counts; numbers and payments follow from it.
        sudo = self.sudo()
        payout = sudo.create(
            {
                "name": sudo.env["ir.sequence"].next_by_code("consignment.payout"),
                "company_id": settlements.company_id.id,
                "method": method,
                "journal_id": journal.id,
                "date": date,
            }
        )
        settlements.with_env(sudo.env).payout_id = payout
        getattr(payout, f"_pay_{method}")()
        # What is shown goes by the payer's own rights again, not the superuser's.
        return payout.sudo(False)

    def _pay_bank(self):
        self._register_payments()

    def _pay_cash(self):
        self._register_payments()

    def _register_payments(self):
        """Register one payment for each bill, with the payout's number."""
        bills = self.settlement_ids.bill_id
        wizard = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create({"journal_id": self.journal_id.id, "payment_date": self.date})
        )
        wizard.group_payment = False
        wizard.with_context(consignment_payout=self.name)._create_payments()
        if any(settlement.state != "paid" for settlement in self.settlement_ids):
            raise UserError(self.env._("Some bills would stay open. Pay them on the bills."))

    def action_download_xlsx(self):
        """Download the list of payments, to enter them at the bank."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/consignment_portal/payout/{self.id}.xlsx",
            "target": "download",
        }

    def action_print_receipts(self):
        """Print receipts to sign, one for each settlement."""
        self.ensure_one()
        report = self.env.ref("consignment_portal.action_report_cash_receipt")
        return report.report_action(self.settlement_ids)
