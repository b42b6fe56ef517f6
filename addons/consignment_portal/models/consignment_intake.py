from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BEFORE_STOCK
from ..exceptions import ConsignmentError


class ConsignmentIntake(models.Model):
    """Articles that a consignor brings together: entered, submitted, reviewed."""

    _name = "consignment.intake"
    _description = "Consignment intake"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    consignor_id = fields.Many2one(
        comodel_name="consignment.consignor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    shop_id = fields.Many2one(related="consignor_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="consignor_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_from_portal = fields.Boolean(
        string="Entered by the consignor",
        readonly=True,
        help="The consignor entered these articles; each counted against the agreed number.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Being entered"),
            ("submitted", "To review"),
            ("done", "Reviewed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        copy=False,
        index=True,
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    reviewed_at = fields.Datetime(readonly=True, copy=False)
    article_ids = fields.One2many("consignment.article", "intake_id", string="Articles")
    article_count = fields.Integer(compute="_compute_article_count")
    picking_ids = fields.One2many(
        comodel_name="stock.picking",
        inverse_name="consignment_intake_id",
        string="Receipts",
        readonly=True,
        help="How the accepted articles came into stock, owned by the consignor.",
    )

    # What a consignor enters is kept until it is submitted: one intake at a time.
    _open_unique = models.UniqueIndex(
        "(consignor_id) WHERE state = 'draft' AND is_from_portal",
        "An intake is open already; go on with that one.",
    )

    def _compute_article_count(self):
        counts = dict(
            self.env["consignment.article"]._read_group(
                [("intake_id", "in", self.ids)], ["intake_id"], ["__count"]
            )
        )
        for intake in self:
            intake.article_count = counts.get(intake, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: intakes are numbered."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("consignment.intake")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reviewed(self):
        if self.article_ids.filtered(lambda article: article.state not in BEFORE_STOCK):
            raise UserError(
                self.env._("Articles of this intake were accepted or rejected; it is kept.")
            )
        self.article_ids._check_not_handed_over()

    def action_submit(self):
        """Hand the entered articles over for review, on the terms of today.

        :raise AccessError: the user may not change the intake
        :raise ConsignmentError: there is none, they were submitted before, or a consignor is still
            entering them and has not accepted the terms
        """
        self.check_access("write")
        if not self.env.su and any(self.mapped("is_from_portal")):
            raise ConsignmentError(
                self.env._("The consignor submits these articles, and accepts the terms by it.")
            )
        # Superuser: the right was checked; states and agreements are not written by hand.
        for intake in self.sudo():
            intake._lock()
            if intake.state != "draft":
                raise ConsignmentError(self.env._("This intake was submitted already."))
            if not intake.article_ids:
                raise ConsignmentError(self.env._("Enter an article first."))
            intake._fix_agreement()
            intake.article_ids.write({"state": "submitted"})
            intake.write({"state": "submitted", "submitted_at": fields.Datetime.now()})
        return True

    def action_accept(self):
        """Accept every submitted article: they become stock owned by the consignor.

        What staff entered themselves needs no submission first.

        :raise AccessError: the user may not change the intake
        :raise UserError: there is nothing to accept, or a price is not agreed
        """
        self.check_access("write")
        # Superuser: the right was checked; products and stock follow from accepting.
        for intake in self.sudo():
            intake._lock()
            if intake.state == "draft" and not intake.is_from_portal:
                intake.action_submit()
            intake._accept(intake.article_ids.filtered(lambda a: a.state == "submitted"))
        return True

    def _lock(self):
        """Let nobody else submit or review this intake until the transaction's end.

        Touched, not only locked: under REPEATABLE READ the second of two presses then fails to
        serialize, runs again, and finds what the first one did.
        """
        self.ensure_one()
        self.flush_recordset()
        # SQL: writes nothing but the lock, whose reason is above.
        self.env.cr.execute(
            "UPDATE consignment_intake SET write_date = write_date WHERE id = %s", [self.id]
        )

    def _close_reviewed(self):
        """Close intakes without an article that waits for review."""
        for intake in self:
            if intake.state == "submitted" and not intake.article_ids.filtered(
                lambda article: article.state in BEFORE_STOCK
            ):
                intake.write({"state": "done", "reviewed_at": fields.Datetime.now()})
                intake._tell_rejections()
