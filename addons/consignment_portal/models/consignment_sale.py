from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SETTLED_STATES


class ConsignmentSale(models.Model):
    """What was sold of the articles: a ledger of changes, one row for each, never altered.

    The rows of one line of an order or receipt add up to what it sells now: a delivery adds, a
    return, a discount or a credit note takes away again.
    """

    _name = "consignment.sale"
    _description = "Sale of a consigned article"
    _order = "date desc, id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        comodel_name="consignment.article",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
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
    date = fields.Datetime(
        required=True, readonly=True, help="When it was sold, brought back, or credited."
    )
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", required=True, readonly=True)
    sequence = fields.Integer(
        required=True, readonly=True, help="Counts the changes of one line of an order or receipt."
    )
    quantity = fields.Float(digits=(16, 3), readonly=True, help="Pieces sold; negative: back.")
    amount = fields.Monetary(
        readonly=True, help="What the customer paid, discounts off, taxes included."
    )
    amount_untaxed = fields.Monetary(readonly=True, help="The same without taxes.")
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        readonly=True,
        help="The consignor's percentage, as agreed when the article was accepted.",
    )
    consignor_amount = fields.Monetary(
        string="Consignor's share",
        readonly=True,
        help="Of the amount under the margin scheme, of the amount without taxes in agency.",
    )
    commission = fields.Monetary(readonly=True, help="What the shop keeps.")
    margin_vat = fields.Monetary(
        string="VAT in margin",
        readonly=True,
        help="Under the margin scheme: the VAT that the shop owes on what it keeps.",
    )
    settlement_line_id = fields.Many2one(
        comodel_name="consignment.settlement.line",
        string="Settled in",
        compute="_compute_settlement_line_id",
    )
    settlement_state = fields.Selection(
        selection=[("open", "Open"), ("settled", "Settled"), ("paid", "Paid")],
        string="Settlement",
        compute="_compute_settlement_line_id",
        search="_search_settlement_state",
        help="Open until a settlement with it is confirmed.",
    )

    _source_unique = models.UniqueIndex(
        "(source_model, source_id, sequence)", "This sale is recorded already."
    )

    def _compute_settlement_line_id(self):
        lines = self.env["consignment.settlement.line"].search_fetch(
            [("sale_id", "in", self.ids), ("kind", "=", "sale"), ("live", "=", True)],
            ["sale_id", "settlement_id"],
        )
        found = {line.sale_id.id: line for line in lines}
        for sale in self:
            line = found.get(sale.id, lines.browse())
            state = line.settlement_id.state
            settled = "settled" if state in SETTLED_STATES else "open"
            sale.settlement_line_id = line
            sale.settlement_state = "paid" if state == "paid" else settled

    def _search_settlement_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["consignment.settlement.line"]
        live = [("live", "=", True), ("kind", "=", "sale")]
        settled = [*live, ("settlement_id.state", "in", SETTLED_STATES)]
        paid = [*live, ("settlement_id.state", "=", "paid")]

        def subquery(domain):
            # Superuser: who may read the sales may know which of them are settled.
            return lines.sudo()._search(domain).subselect("sale_id")

        domain = fields.Domain.FALSE
        if "open" in value:
            domain |= fields.Domain("id", "not in", subquery(settled))
        if "settled" in value:
            domain |= fields.Domain("id", "in", subquery(settled)) & fields.Domain(
                "id", "not in", subquery(paid)
            )
        if "paid" in value:
            domain |= fields.Domain("id", "in", subquery(paid))
        return domain

    def write(self, vals):
        """Override: what was recorded stays; a change is another row."""
        self.check_access("write")
        if self:
            raise UserError(self.env._("Recorded sales are never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Recorded sales are never deleted."))

    def action_open_source(self):
        """Show the order or receipt of the sale."""
        self.ensure_one()
        line = self.env[self.source_model].browse(self.source_id).exists()
        return line.order_id.get_formview_action() if line else False
