from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    ARTICLE_STATES,
    BEFORE_STOCK,
    END_CHOICES,
    MAX_DESCRIPTION,
    MAX_DETAIL,
    MAX_TITLE,
)
from ..rules.prices import MAX_PRICE


class ConsignmentArticle(models.Model):
    """One piece that a consignor owns and the shop sells.

    Once accepted it is a product with a barcode of its own, and one piece of stock that belongs
    to the consignor.
    """

    _name = "consignment.article"
    _description = "Consigned article"
    _inherit = ["mail.thread", "image.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "barcode"]
    _check_company_auto = True

    name = fields.Char(string="Title", required=True)
    intake_id = fields.Many2one(
        comodel_name="consignment.intake",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    consignor_id = fields.Many2one(related="intake_id.consignor_id", store=True, index=True)
    shop_id = fields.Many2one(related="intake_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="intake_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Category",
        required=True,
        ondelete="restrict",
        domain=[("consignment_ok", "=", True)],
        default=lambda self: self._default_categ_id(),
    )
    size_brand = fields.Char(string="Size, brand")
    description = fields.Text()
    price = fields.Monetary(
        required=True,
        tracking=True,
        help="What a customer pays in the shop, taxes included.",
    )
    state = fields.Selection(
        selection=ARTICLE_STATES,
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        copy=False,
        index=True,
    )
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        readonly=True,
        copy=False,
        help="The consignor's percentage of the price, as agreed when the article was accepted.",
    )
    payout = fields.Monetary(
        string="For the consignor",
        compute="_compute_payout",
        help="What the consignor gets when it is sold at this price, before any fees: the share of "
        "the price, in agency sales of the price without tax.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product", readonly=True, copy=False, ondelete="restrict"
    )
    barcode = fields.Char(readonly=True, copy=False, index="btree_not_null")
    accepted_date = fields.Date(readonly=True, copy=False)
    return_date = fields.Date(
        tracking=True, copy=False, index="btree_not_null", help="Until then it is on sale."
    )
    end_choice = fields.Selection(
        selection=END_CHOICES,
        string="After the return date",
        help="What happens on the return date; empty: what the consignor chose for all articles.",
    )

    _product_unique = models.UniqueIndex("(product_id)", "This product is another article.")
    _barcode_unique = models.UniqueIndex("(barcode)", "Another article has this barcode.")
    _price_range = models.Constraint(
        f"CHECK (price > 0 AND price <= {MAX_PRICE})",
        "A price is more than 0, and 1,000,000 at most.",
    )
    _in_stock_whole = models.Constraint(
        f"CHECK (state IN {(*BEFORE_STOCK, 'rejected')}"
        " OR (product_id IS NOT NULL AND barcode IS NOT NULL AND return_date IS NOT NULL))",
        "An accepted article has a product, a barcode and a return date.",
    )

    @api.model
    def _default_categ_id(self):
        return self.env["product.category"].search([("consignment_ok", "=", True)], limit=1)

    @api.constrains("description", "name", "size_brand")
    def _check_lengths(self):
        limits = (("name", MAX_TITLE), ("size_brand", MAX_DETAIL), ("description", MAX_DESCRIPTION))
        for article in self:
            for field, most in limits:
                if len(article[field] or "") > most:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: type %(most)s characters at most.",
                            field=article._fields[field].string,
                            most=most,
                        )
                    )

    @api.constrains("categ_id")
    def _check_categ_id(self):
        if not all(self.categ_id.mapped("consignment_ok")):
            raise ValidationError(self.env._("Choose a category for consigned articles."))

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what a consignor enters counts against the agreed number, on every path."""
        for vals in vals_list:
            if vals.get("price"):
                # The ORM rounds only where it knows the currency, which comes from the intake.
                intake = self.env["consignment.intake"].browse(vals.get("intake_id"))
                vals["price"] = intake.currency_id.round(vals["price"])
        articles = super().create(vals_list)
        articles._take_quota()
        return articles

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        if self.filtered(lambda article: article.state not in (*BEFORE_STOCK, "rejected")):
            raise UserError(self.env._("Accepted articles stay; end them instead."))
        self._check_not_handed_over()

    def _check_not_handed_over(self):
        """Keep what a consignor signed for, or was told about."""
        if self.filtered(lambda one: one.intake_id.is_from_portal and one.state != "draft"):
            raise UserError(
                self.env._("The consignor handed these articles over: reject them instead.")
            )

    def unlink(self):
        """Override: what was not submitted yet may be entered again."""
        given_back = self.intake_id.filtered("is_from_portal").filtered(
            lambda intake: intake.state == "draft"
        )
        for intake in given_back.sorted("consignor_id"):  # one order for everybody
            intake.consignor_id._use_quota(-len(self & intake.article_ids))
        return super().unlink()

    def _take_quota(self):
        for consignor in self.consignor_id.sorted("id"):  # one order for everybody
            entered = self.filtered(
                lambda article, consignor=consignor: (
                    article.consignor_id == consignor and article.intake_id.is_from_portal
                )
            )
            if entered:
                consignor._use_quota(len(entered))
