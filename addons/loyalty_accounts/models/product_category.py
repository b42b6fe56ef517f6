from odoo import api, fields, models

from odoo.addons.office_kit.columns import set_defaults


class ProductCategory(models.Model):
    _inherit = "product.category"

    loyalty_discount_policy = fields.Selection(
        [("parent", "As the parent category"), ("yes", "Allowed"), ("no", "Not allowed")],
        string="Card discount",
        default="parent",
        required=True,
        help="Whether cards give their discount on products of this category, unless the product "
        "says otherwise. A category without a parent allows it.",
    )
    loyalty_discount_allowed = fields.Boolean(
        compute="_compute_loyalty_discount_allowed", recursive=True
    )

    def _auto_init(self):
        """Override: see ``set_defaults``."""
        result = super()._auto_init()
        set_defaults(self, "loyalty_discount_policy")
        return result

    @api.depends("loyalty_discount_policy", "parent_id.loyalty_discount_allowed")
    def _compute_loyalty_discount_allowed(self):
        for category in self:
            if category.loyalty_discount_policy == "parent" and category.parent_id:
                category.loyalty_discount_allowed = category.parent_id.loyalty_discount_allowed
            else:
                category.loyalty_discount_allowed = category.loyalty_discount_policy != "no"
