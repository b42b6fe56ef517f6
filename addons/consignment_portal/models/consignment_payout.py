from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentPayout(models.Model):
    """Settlements that were paid in one go: one list for the bank, or cash against receipts."""

    _name = "consignment.payout"
    _inherit = ["consignment.batch"]
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

    done_count = fields.Integer(string="Paid or refused")
    total_count = fields.Integer(string="Settlements")

    _name_unique = models.UniqueIndex("(company_id, name)", "This number is taken.")

    @api.depends("settlement_ids.amount_total", "settlement_ids.state")
    def _compute_amount_total(self):
        for payout in self:
            payout.amount_total = sum(payout._get_paid().mapped("amount_total"))

    def _get_paid(self):
        """Return the settlements whose payment was not cancelled since."""
        return self.settlement_ids.filtered(lambda settlement: settlement.state == "paid")

    @api.model
    def _pay(self, settlements, method, journal, date):
        """Pay settlements, all or none; many are paid in the background, part by part.

        :param settlements: to pay, of one company
        :param method: see ``consignment.consignor.payout_method``; all payees have it
        :param journal: where the money comes from; none for methods without money
        :return: the payout
        :raise UserError: one was paid meanwhile, or cannot be paid so
        """
        settlements.check_access("write")
        settlements._touch()
        if any(not settlement._is_free_to_pay() for settlement in settlements):
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
                "total_count": len(settlements),
            }
        )
        settlements = settlements.with_env(sudo.env)
        settlements.payout_id = payout
        if len(settlements) > self._get_chunk():
            payout._work()
            payout.env.ref("consignment_portal.ir_cron_pay")._trigger()
        else:
            payout._pay_part(settlements)
            payout.write({"state": "done", "done_count": len(settlements)})
        # What is shown goes by the payer's own rights again, not the superuser's.
        return payout.sudo(False)

    def _pay_part(self, settlements):
        getattr(self, f"_pay_{self.method}")(settlements)

    def _pay_bank(self, settlements):
        self._register_payments(settlements)

    def _pay_cash(self, settlements):
        self._register_payments(settlements)

    def _register_payments(self, settlements):
        """Register one payment for each bill, with the payout's number."""
        bills = settlements.bill_id
        wizard = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create({"journal_id": self.journal_id.id, "payment_date": self.date})
        )
        wizard.group_payment = False
        wizard.with_context(consignment_payout=self.name)._create_payments()
        if any(settlement.state != "paid" for settlement in settlements):
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
        return report.report_action(self._get_paid())
