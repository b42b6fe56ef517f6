from odoo import api, fields, models


class B2bExplain(models.TransientModel):
    """Answers why a business customer sees a product, or does not."""

    _name = "b2b.explain"
    _description = "Why can't they see this?"

    customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Business customer",
        domain=[("parent_id", "=", False)],
        help="Whose portal is asked about.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product", help="The product that is seen or missed."
    )
    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company, readonly=True
    )
    is_visible = fields.Boolean(compute="_compute_answer", help="Whether the customer sees it.")
    reason = fields.Char(compute="_compute_answer", help="What decides.")
    access = fields.Char(
        compute="_compute_answer", help="Why nothing is seen at all, if the portal is closed."
    )
    price = fields.Char(compute="_compute_answer", help="What the customer pays.")
    rule_ids = fields.Many2many(
        comodel_name="product.pricelist.item",
        string="Rules",
        compute="_compute_answer",
        help="The rules that decide, or that come nearest.",
    )

    @api.model
    def default_get(self, fields_list):
        """Take customer or product from the form on which the dialogue was opened."""
        values = super().default_get(fields_list)
        model, record_id = self.env.context.get("active_model"), self.env.context.get("active_id")
        if model == "product.template" and record_id:
            template = self.env[model].browse(record_id).with_context(active_test=False)
            values["product_id"] = template.product_variant_ids[:1].id
        elif model == "product.product" and record_id:
            values["product_id"] = record_id
        elif model == "res.partner" and record_id:
            values["customer_id"] = self.env[model].browse(record_id).commercial_partner_id.id
        return values

    @api.depends("customer_id", "product_id", "company_id")
    def _compute_answer(self):
        for wizard in self:
            wizard.is_visible = wizard.reason = wizard.access = wizard.price = False
            wizard.rule_ids = False
            if wizard.customer_id and wizard.product_id:
                wizard._answer()

    def _answer(self):
        customer = self.customer_id.commercial_partner_id
        explanation = customer._explain_b2b_product(self.company_id, self.product_id)
        self.is_visible = explanation.visible
        self.reason = explanation.reason
        self.rule_ids = explanation.rules.ids
        self.access = self._describe_access(customer)
        if explanation.visible:
            # Superuser: rules and rates are read for the price that the customer is told anyway.
            product = self.product_id.sudo().with_company(self.company_id)
            self.price = customer._explain_b2b_price(self.company_id, product)

    def _describe_access(self, customer):
        """Return why the customer sees nothing at all, in a sentence; empty when they do."""
        if not self.company_id.b2b_enabled:
            return self.env._("The portal of this company is switched off.")
        if customer.b2b_state != "active":
            return self.env._("The customer's access is not active: nobody of them sees anything.")
        return ""
