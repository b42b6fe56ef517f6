from odoo import fields, http
from odoo.http import request

from odoo.addons.portal_guard.pages import require

from ..rules import timeline
from .pages import consignor_action, consignor_page, render, tell

ARTICLE = "/consign/<string:number>/a/<string:barcode>"


class ConsignArticle(http.Controller):
    """One article in the shop, as the code on its label opens it."""

    @http.route(
        ARTICLE,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_article(self, consignor, barcode, **_kwargs):
        """Show how long it stays, what it brings, and what happens afterwards."""
        article = require(consignor._find_article(barcode=barcode))
        today = fields.Date.context_today(article)
        return render(
            "consignment_portal.article",
            consignor.shop_id,
            consignor=consignor,
            article=article,
            markdown=article._get_next_markdown(),
            pictured=consignor._get_pictured(article),
            passed=timeline.passed(article.accepted_date, article.return_date, today),
        )

    @http.route(ARTICLE, type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    @consignor_page
    @consignor_action(back="stock")
    def consign_article_end(self, consignor, barcode, end_choice="", **_kwargs):
        """Note what happens with it on the return date."""
        article = require(consignor._find_article(barcode=barcode))
        consignor._choose_end(article, end_choice)
        tell("success", request.env._("Your choice is noted."))
        return request.redirect(f"/consign/{consignor.shop_id.number}/a/{article.barcode}")


class ConsignProfile(http.Controller):
    """What consignors change about themselves."""

    @http.route(
        "/consign/<string:number>/profile",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_profile(self, consignor, **_kwargs):
        """Show address, wishes and the default choice."""
        return render("consignment_portal.profile", consignor.shop_id, consignor=consignor)

    @http.route(
        "/consign/<string:number>/profile",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @consignor_page
    @consignor_action(back="profile")
    def consign_profile_save(self, consignor, **typed):
        """Change them."""
        consignor._change_profile(typed)
        tell("success", request.env._("Your profile is saved."))
        return request.redirect(f"/consign/{consignor.shop_id.number}/profile")
