from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PAID_STATES


class ConsignmentSettlement(models.Model):
    """What a shop owes a consignor for a period: sales, fees, compensations, what was left over."""

    _name = "consignment.settlement"
    _description = "Settlement with a consignor"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"
    _rec_names_search = ["name", "consignor_id"]

    name = fields.Char(string="Number", readonly=True, help="Given when it is confirmed.")
    consignor_id = fields.Many2one(
        comodel_name="consignment.consignor",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    shop_id = fields.Many2one(
        comodel_name="consignment.shop",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    payee_id = fields.Many2one(
        comodel_name="consignment.consignor",
        string="Paid to",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The consignor, or the charity that gets the share.",
    )
    payout_method = fields.Selection(related="payee_id.payout_method")
    run_id = fields.Many2one(
        comodel_name="consignment.settlement.run", readonly=True, index="btree_not_null"
    )
    date_from = fields.Date(
        string="From", readonly=True, help="What was still open from before is settled as well."
    )
    date_to = fields.Date(string="To", required=True, readonly=True)
    stage = fields.Selection(
        selection=[
            ("draft", "Preview"),
            ("confirmed", "Confirmed"),
            ("carried", "Carried over"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        help="What was decided; the state also says whether it was paid.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Preview"),
            ("confirmed", "To pay"),
            ("carried", "Carried over"),
            ("paid", "Paid"),
            ("reversed", "Reversed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        help="Preview: to check, not shown to the consignor. To pay: its bill is posted. Carried "
        "over: below the minimum payout; the balance goes into the next settlement.",
    )
    line_ids = fields.One2many("consignment.settlement.line", "settlement_id", readonly=True)
    minimum = fields.Monetary(readonly=True, help="The least that is paid out.")
    tax_id = fields.Many2one(
        comodel_name="account.tax",
        readonly=True,
        ondelete="restrict",
        help="What the consignor is paid on top of taxed lines.",
    )
    sale_count = fields.Integer(string="Sales", readonly=True)
    amount_sold = fields.Monetary(
        string="Sold for", readonly=True, help="What customers paid, taxes included."
    )
    amount_share = fields.Monetary(string="Share", readonly=True)
    amount_fees = fields.Monetary(string="Fees", readonly=True)
    amount_compensation = fields.Monetary(string="Compensation", readonly=True)
    amount_carried = fields.Monetary(
        string="Carried over", readonly=True, help="Balances of earlier settlements."
    )
    amount_tax = fields.Monetary(string="VAT", readonly=True)
    amount_total = fields.Monetary(
        string="Total", readonly=True, help="What is paid out; negative: what is owed to the shop."
    )
    amount_commission = fields.Monetary(
        string="Shop keeps", readonly=True, help="Of the sales, before fees."
    )
    amount_margin_vat = fields.Monetary(
        string="VAT in margin", readonly=True, help="For the shop's tax return."
    )
    bill_id = fields.Many2one(
        comodel_name="account.move", readonly=True, copy=False, index="btree_not_null"
    )
    difference_count = fields.Integer(compute="_compute_difference_count")

    _name_unique = models.UniqueIndex("(company_id, name)", "This number is taken.")
    _draft_unique = models.UniqueIndex(
        "(consignor_id) WHERE stage = 'draft'", "This consignor has a preview already."
    )
    _run_unique = models.UniqueIndex(
        "(run_id, consignor_id) WHERE run_id IS NOT NULL", "This run settled the consignor already."
    )
    _bill_unique = models.UniqueIndex("(bill_id)", "This bill is of another settlement.")
    _stage_whole = models.Constraint(
        "CHECK (stage <> 'confirmed' OR (bill_id IS NOT NULL AND amount_total > 0))",
        "A confirmed settlement has a bill.",
    )

    @api.depends("stage", "bill_id.payment_state")
    def _compute_state(self):
        for settlement in self:
            # Superuser: the bill's state is known to whoever sees the settlement.
            paid = settlement.sudo().bill_id.payment_state in PAID_STATES
            is_paid = settlement.stage == "confirmed" and paid
            settlement.state = "paid" if is_paid else settlement.stage

    @api.depends("name", "consignor_id", "date_to")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = settlement.name or self.env._(
                "Preview: %s", settlement.consignor_id.display_name
            )

    def _compute_difference_count(self):
        counts = dict(
            self.env["consignment.difference"]._read_group(
                [("consignor_id", "in", self.consignor_id.ids)], ["consignor_id"], ["__count"]
            )
        )
        for settlement in self:
            settlement.difference_count = counts.get(settlement.consignor_id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._touch()
        if any(settlement.stage != "draft" for settlement in self):
            raise UserError(self.env._("Only previews are deleted; reverse a settlement instead."))

    def _touch(self):
        """Let nobody else decide on these settlements until the transaction's end.

        Touched, not only locked: under REPEATABLE READ the second of two presses then fails to
        serialize, runs again, and finds what the first one did.
        """
        self.flush_recordset()
        # SQL: in the order of ids, so that two who press never wait for each other crosswise.
        self.env.cr.execute(
            "UPDATE consignment_settlement settlement SET write_date = settlement.write_date"
            " FROM (SELECT id FROM consignment_settlement WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE) locked WHERE settlement.id = locked.id",
            [self.ids],
        )
        self.invalidate_recordset(["stage", "state", "bill_id"])

    def action_open_bill(self):
        """Show the vendor bill."""
        self.ensure_one()
        return self.bill_id.get_formview_action()

    def action_open_lines(self):
        """Show the lines as a list, which can be searched and exported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_settlement_line_action"
        )
        return {**action, "domain": [("settlement_id", "=", self.id)]}

    def action_open_differences(self):
        """Show what of the consignor's sales does not fit with stock."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_difference_action"
        )
        return {**action, "domain": [("consignor_id", "=", self.consignor_id.id)]}

    def action_download_xlsx(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/consignment_portal/settlement/{self.id}.xlsx",
            "target": "download",
        }

    def _get_amounts(self):
        """Return labels and amounts of the statement, what the total is made of last."""
        self.ensure_one()
        amounts = [
            (self.env._("Your share"), self.amount_share),
            (self.env._("Fees"), self.amount_fees),
            (self.env._("Compensation"), self.amount_compensation),
            (self.env._("Carried over"), self.amount_carried),
            (self.env._("VAT"), self.amount_tax),
        ]
        return [amounts[0], *((label, amount) for label, amount in amounts[1:] if amount)]
