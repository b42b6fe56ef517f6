from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.office_kit.columns import set_defaults

from ..const import CREDIT_PRODUCTS, UNTAXED_CREDIT_PRODUCTS


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
    loyalty_credit_product = fields.Selection(
        CREDIT_PRODUCTS,
        string="Sells credit",
        help="What is paid for the product becomes credit once its invoice is paid. It cannot "
        "itself be paid with credit, gets no card discount and earns nothing.",
    )

    def _auto_init(self):
        """Override: see ``set_defaults``."""
        result = super()._auto_init()
        set_defaults(self, "loyalty_discount_policy")
        return result

    @api.depends(
        "loyalty_discount_policy", "categ_id.loyalty_discount_allowed", "loyalty_credit_product"
    )
    def _compute_loyalty_discount_allowed(self):
        for template in self:
            if template.loyalty_credit_product:
                template.loyalty_discount_allowed = False
            elif template.loyalty_discount_policy == "category" and template.categ_id:
                template.loyalty_discount_allowed = template.categ_id.loyalty_discount_allowed
            else:
                template.loyalty_discount_allowed = template.loyalty_discount_policy != "no"

    @api.onchange("loyalty_credit_product")
    def _onchange_loyalty_credit_product(self):
        """Credit is a service; where tax arises when it is used, its sale carries none."""
        if self.loyalty_credit_product:
            self.type = "service"
            self.invoice_policy = "order"
        if self.loyalty_credit_product in UNTAXED_CREDIT_PRODUCTS:
            self.taxes_id = False

    def write(self, vals):
        """Override: what was invoiced as credit stays credit, and what was not does not become it.

        Otherwise a credit note would give the money back and leave the credit.
        """
        if "loyalty_credit_product" in vals:
            kind = vals["loyalty_credit_product"] or False
            self.filtered(
                lambda product: product.loyalty_credit_product != kind
            )._refuse_loyalty_invoiced()
        return super().write(vals)

    def _refuse_loyalty_invoiced(self):
        # Superuser: invoices of all companies count.
        line = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    (
                        "product_id",
                        "in",
                        self.with_context(active_test=False).product_variant_ids.ids,
                    ),
                    ("parent_state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                ],
                limit=1,
            )
        )
        if line:
            raise UserError(
                self.env._(
                    "%s was invoiced already: what its customers got depends on whether it sells "
                    "credit. Make a new product instead.",
                    line.product_id.product_tmpl_id.display_name,
                )
            )

    def _get_product_accounts(self):
        """Override of ``account``: credit that is sold is no income; see docs/adr/0005."""
        accounts = super()._get_product_accounts()
        if self.loyalty_credit_product:
            books = self.env.company._get_loyalty_books()
            accounts["income"] = books.loyalty_invoiced_account_id.with_env(self.env)
        return accounts
