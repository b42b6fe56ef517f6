"""Who may change what of an article, and when; on the form and over RPC alike."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

#: Follow from entering, reviewing and selling; nobody writes them.
FOLLOWING = frozenset(
    {
        "accepted_date",
        "agreed_price",
        "barcode",
        "company_id",
        "compensation",
        "consignor_id",
        "declined_price",
        "end_picking_id",
        "ended_date",
        "entry_fee",
        "entry_key",
        "extensions",
        "product_id",
        "rejection_reason",
        "reminded_on",
        "sale_fee",
        "share",
        "shop_id",
        "sold_date",
        "state",
        "vat_mode",
        "vat_rate",
    }
)
#: Fields of a product on sale that are those of its article.
MIRRORED = {
    "categ_id": "categ_id",
    "image_1920": "image_1920",
    "name": "name",
    "price": "list_price",
    "size_brand": "description_sale",
}


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: staff enter articles of their own intakes only, while these are open.

        :raise AccessError: a value follows from the work and is not written
        :raise UserError: articles are not entered into this intake by staff
        """
        if not self.env.su:
            self._check_following(set().union(*vals_list))
            intakes = self.env["consignment.intake"].browse(
                {vals["intake_id"] for vals in vals_list if vals.get("intake_id")}
            )
            if any(intake.is_from_portal or intake.state != "draft" for intake in intakes):
                raise UserError(
                    self.env._("Articles are added while you enter an intake yourself. Start one.")
                )
            # A default in the context would be written, too.
            self = self.with_context(clean_context(self.env.context))
        return super().create(vals_list)

    def write(self, vals):
        """Override: what was agreed is not changed by one side, and products follow.

        :raise AccessError: a value follows from the work and is not written
        :raise UserError: not in this state
        """
        if not self.env.su:
            self._check_following(vals.keys())
            if "intake_id" in vals:
                raise AccessError(self.env._("An article stays in its intake."))
            self._check_staff_write(vals)
        result = super().write(vals)
        self._mirror(vals)
        return result

    @api.model
    def _check_following(self, names):
        if names & FOLLOWING:
            raise AccessError(
                self.env._(
                    "These values follow from entering, accepting and selling: %s.",
                    ", ".join(sorted(names & FOLLOWING)),
                )
            )

    def _check_staff_write(self, vals):
        """Check what staff change by hand.

        A consignor's own draft is left alone; the price of what a consignor submitted changes by
        a proposal, and of what is over not at all.
        """
        for article in self:
            from_portal = article.intake_id.is_from_portal
            if from_portal and article.state == "draft":
                raise UserError(
                    self.env._("The consignor is still entering “%s”.", article.name or "")
                )
            if "price" in vals and vals["price"] != article.price:
                article._check_staff_price()
            if "proposed_price" in vals and article.state != "submitted":
                raise UserError(
                    self.env._("A price is proposed while an article waits for review.")
                )

    def _check_staff_price(self):
        own = not self.intake_id.is_from_portal and self.state in ("draft", "submitted")
        if self.state == "stock" or own:
            return
        if self.state in ("submitted", "proposed"):
            raise UserError(
                self.env._(
                    "The consignor asked for this price. Propose another one, or note that it was "
                    "agreed in the shop."
                )
            )
        raise UserError(self.env._("The price of “%s” does not change any more.", self.name))

    def _mirror(self, vals):
        """Keep the product of an article on sale as the article is."""
        names = MIRRORED.keys() & vals.keys()
        if not names:
            return
        for article in self.filtered(lambda article: article.state == "stock"):
            # Superuser: the right on the article counts; its product follows.
            article.sudo().product_id.write({MIRRORED[name]: article[name] for name in names})
