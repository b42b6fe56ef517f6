from odoo import models
from odoo.fields import Command

from odoo.addons.consignment_portal.const import MAX_DETAIL, MAX_TITLE
from odoo.addons.consignment_portal.exceptions import ConsignmentError
from odoo.addons.integrator_api.exceptions import NotFound
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Amount, Rows, Text, Whole

SHOP = Text("shop", "number of the shop")
CONSIGNOR = Text("consignor", "number of the consignor in that shop")
ARTICLES = Rows(
    "articles",
    "what is handed in",
    columns=(
        Text("title", "such as Winter coat", longest=MAX_TITLE),
        Whole("category", "its id, see consignment_categories"),
        Amount("price", "what a customer pays, taxes included"),
        Text("size_brand", "size and brand", longest=MAX_DETAIL, default=""),
    ),
)


class IntegratorApi(models.AbstractModel):
    """Handing in articles of consignors."""

    _inherit = "integrator.api"

    @operation("consignment", answer="categories (a list of id, name)")
    def consignment_categories(self):
        """List the categories that articles can have."""
        categories = self.env["consignment.consignor"]._get_entry_categories()
        return {
            "categories": [
                {"id": category.id, "name": category.display_name} for category in categories
            ]
        }

    @operation(
        "consignment",
        SHOP,
        CONSIGNOR,
        ARTICLES,
        answer="intake (its number), shop, consignor, state (draft, submitted, done), "
        "submitted_at, articles (a list of article, title, price)",
        errors={
            "not_found": "there is no such consignor",
            "invalid_value": "an article's category or price is not acceptable",
        },
        request="kept",
    )
    def consignment_create_intake(self, shop, consignor, articles):
        """Hand in articles of a consignor; they wait for the shop's review."""
        found = self._find_consignor(shop, consignor)
        rows = [
            found._prepare_entry_vals(
                {**row, "price": str(row["price"]), "categ_id": str(row["category"])}, b""
            )
            for row in articles
        ]
        intake = self.env["consignment.intake"].create(
            {"consignor_id": found.id, "article_ids": [Command.create(row) for row in rows]}
        )
        intake.action_submit()
        return self._tell_intake(intake)

    # === INTERNALS === #

    def _get_error_code(self, error):
        """Override: what an intake refuses is about its values."""
        if isinstance(error, ConsignmentError):
            return "invalid_value"
        return super()._get_error_code(error)

    def _find_consignor(self, shop, number):
        domain = [
            ("company_id", "=", self.env.company.id),
            ("shop_id.number", "=", shop),
            ("number", "=", number),
        ]
        found = self.env["consignment.consignor"].search(domain, limit=1)
        if not found:
            raise NotFound(
                self.env._(
                    "There is no consignor %(number)s in shop %(shop)s.", number=number, shop=shop
                )
            )
        return found

    def _tell_intake(self, intake):
        digits = intake.currency_id.decimal_places
        return {
            "intake": intake.name,
            "shop": intake.shop_id.number,
            "consignor": intake.consignor_id.number,
            "state": intake.state,
            "submitted_at": plain.moment(intake.submitted_at),
            "articles": [
                {
                    "article": article.id,
                    "title": article.name,
                    "price": plain.money(article.price, digits),
                }
                for article in intake.article_ids
            ],
        }
