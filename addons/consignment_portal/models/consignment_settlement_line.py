from odoo import api, fields, models


class ConsignmentSettlementLine(models.Model):
    """One amount of a settlement, from the consignor's side: positive is what the shop owes."""

    _name = "consignment.settlement.line"
    _description = "Line of a settlement"
    _order = "kind, date, id"
    _rec_name = "article_id"

    settlement_id = fields.Many2one(
        comodel_name="consignment.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("sale", "Sale"),
            ("sale_fee", "Fee for selling"),
            ("entry_fee", "Fee for accepting"),
            ("compensation", "Compensation"),
            ("carried", "Carried over"),
        ],
        required=True,
        readonly=True,
    )
    sale_id = fields.Many2one(comodel_name="consignment.sale", readonly=True, ondelete="restrict")
    article_id = fields.Many2one(
        comodel_name="consignment.article", readonly=True, ondelete="restrict"
    )
    carried_id = fields.Many2one(
        comodel_name="consignment.settlement",
        string="Carried from",
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(readonly=True)
    amount = fields.Monetary(readonly=True, help="Without VAT where the line is taxed.")
    taxed = fields.Boolean(readonly=True, help="The consignor is paid VAT on it.")
    live = fields.Boolean(
        readonly=True, help="Not of a reversed settlement; each sale is in one live line, no more."
    )
    quantity = fields.Float(related="sale_id.quantity")
    sold_amount = fields.Monetary(related="sale_id.amount", string="Price")
    sold_untaxed = fields.Monetary(related="sale_id.amount_untaxed", string="Price without tax")
    share = fields.Float(related="sale_id.share")
    commission = fields.Monetary(related="sale_id.commission")
    margin_vat = fields.Monetary(related="sale_id.margin_vat")

    label = fields.Char(string="What", compute="_compute_label")

    # The heart of settling: whatever happens at once, nothing is in two live settlements.
    _sale_live = models.UniqueIndex(
        "(sale_id, kind) WHERE live AND sale_id IS NOT NULL", "This sale is settled already."
    )
    _article_live = models.UniqueIndex(
        "(article_id, kind) WHERE live AND kind IN ('entry_fee', 'compensation')",
        "This article's fee or compensation is settled already.",
    )
    _carried_live = models.UniqueIndex(
        "(carried_id, taxed) WHERE live AND carried_id IS NOT NULL",
        "This balance went into another settlement already.",
    )
    _kind_whole = models.Constraint(
        "CHECK (CASE kind WHEN 'sale' THEN sale_id IS NOT NULL"
        " WHEN 'sale_fee' THEN sale_id IS NOT NULL"
        " WHEN 'carried' THEN carried_id IS NOT NULL ELSE article_id IS NOT NULL END)",
        "A line of a settlement says what it is for.",
    )

    @api.depends("kind", "article_id", "carried_id", "quantity")
    def _compute_label(self):
        for line in self:
            name = line.article_id.name or line.carried_id.name or ""
            if line.kind == "sale" and line.quantity < 0:
                name = self.env._("Brought back: %s", name)
            elif line.kind == "sale" and not line.quantity:
                name = self.env._("Other price: %s", name)
            elif line.kind != "sale":
                kind = dict(line._fields["kind"]._description_selection(self.env))[line.kind]
                name = f"{kind}: {name}"
            line.label = name
