from odoo import api, fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    b2b_visible = fields.Boolean(
        string="Visible in the B2B portal",
        compute="_compute_b2b_visible",
        search="_search_b2b_visible",
        compute_sudo=True,
        help="Whether the current user may see the product: for business customers what their "
        "pricelist names, for others always.",
    )

    @api.depends_context("uid")
    def _compute_b2b_visible(self):
        if not self.env.user._get_b2b_member():
            self.b2b_visible = True
            return
        visible = self.search(
            Domain("id", "in", self.ids) & Domain("b2b_visible", "=", True)
        ).with_prefetch(self._prefetch_ids)
        for product in self:
            product.b2b_visible = product in visible

    @api.model
    def _search_b2b_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        member = self.env.user._get_b2b_member()
        gate = (
            member.customer_id._get_b2b_product_domain(member.company_id) if member else Domain.TRUE
        )
        wanted = {bool(item) for item in value}
        return {0: Domain.FALSE, 2: Domain.TRUE}.get(len(wanted), gate if True in wanted else ~gate)

    def _get_b2b_digits(self):
        """Return the decimals a customer may type: none where pieces are counted."""
        self.ensure_one()
        # The id alone is cached; a reference to the record would be looked up for each article.
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        if unit_id and str(unit_id) in self.uom_id.parent_path.split("/"):
            return 0
        return self.env["decimal.precision"].precision_get("Product Unit")
