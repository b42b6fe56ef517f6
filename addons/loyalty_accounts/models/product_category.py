from odoo import api, fields, models


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
        """Override: the database knows the default, too.

        Other apps that are installed later, but load earlier, create categories without this field.
        """
        result = super()._auto_init()
        # Constants; the table and the column are the model's own.
        self.env.cr.execute(
            "ALTER TABLE product_category ALTER COLUMN loyalty_discount_policy SET DEFAULT 'parent'"
        )
        return result

    @api.depends("loyalty_discount_policy", "parent_id.loyalty_discount_allowed")
    def _compute_loyalty_discount_allowed(self):
        for category in self:
            if category.loyalty_discount_policy == "parent" and category.parent_id:
                category.loyalty_discount_allowed = category.parent_id.loyalty_discount_allowed
            else:
                category.loyalty_discount_allowed = category.loyalty_discount_policy != "no"
