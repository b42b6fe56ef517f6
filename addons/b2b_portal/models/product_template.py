from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    b2b_pack_size = fields.Float(
        string="Pack size",
        digits="Product Unit",
        help="Business customers order multiples of this quantity in the portal, in the product's "
        "unit of measure; 0 lets them order any quantity.",
    )

    _b2b_pack_size_not_negative = models.Constraint(
        "CHECK (b2b_pack_size >= 0)", "A pack size cannot be negative; 0 means any quantity."
    )

    @api.model
    def _get_b2b_unfit_domain(self, company):
        """Return the Domain of products for sale that the portal cannot show."""
        return Domain(
            [
                ("sale_ok", "=", True),
                ("company_id", "in", [company.id, False]),
                ("attribute_line_ids.attribute_id.create_variant", "=", "dynamic"),
            ]
        )
