from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    b2b_visible = fields.Boolean(
        string="Visible in the B2B portal",
        compute="_compute_b2b_visible",
        search="_search_b2b_visible",
        compute_sudo=True,
        help="Whether the current user may see one of the product's variants: for business "
        "customers what their pricelist names, for others always.",
    )

    @api.depends_context("uid")
    def _compute_b2b_visible(self):
        if not self.env.user._get_b2b_member():
            self.b2b_visible = True
            return
        visible = self.search(Domain("id", "in", self.ids) & Domain("b2b_visible", "=", True))
        for template in self:
            template.b2b_visible = template in visible

    @api.model
    def _search_b2b_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        if not self.env.user._get_b2b_member():
            return Domain.TRUE if True in value else Domain.FALSE
        variants = self.env["product.product"]._search_b2b_visible(operator, value)
        return Domain("product_variant_ids", "any!", variants)

    def _can_return_content(self, field_name=None, access_token=None):
        """Override of ``website``: pictures of what may not be seen are not published, either."""
        # Superuser: the field asks what the acting user may see, whatever may be read.
        if not self.sudo().b2b_visible:
            return False
        return super()._can_return_content(field_name, access_token)
