from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    loyalty_discount_policy = fields.Selection(
        [("category", "As the category"), ("yes", "Allowed"), ("no", "Not allowed")],
        string="Card discount",
        default="category",
        required=True,
        help="Whether cards give their discount on this product.",
    )
    loyalty_discount_allowed = fields.Boolean(compute="_compute_loyalty_discount_allowed")

    @api.depends("loyalty_discount_policy", "categ_id.loyalty_discount_allowed")
    def _compute_loyalty_discount_allowed(self):
        for template in self:
            if template.loyalty_discount_policy == "category" and template.categ_id:
                template.loyalty_discount_allowed = template.categ_id.loyalty_discount_allowed
            else:
                template.loyalty_discount_allowed = template.loyalty_discount_policy != "no"
