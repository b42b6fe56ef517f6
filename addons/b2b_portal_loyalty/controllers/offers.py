from odoo import http
from odoo.http import request

from odoo.addons.b2b_portal.controllers.pages import b2b_action, b2b_page, render


def number(text):
    """Return an id out of a form; 0, which no record has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class B2bOffers(http.Controller):
    @http.route("/b2b/offers", type="http", auth="user", website=True, readonly=True)
    @b2b_page(preview=True)
    def b2b_offers(self, member, **_kwargs):
        """Show the article prices and programs that were published to the customer."""
        customer, company = member.customer_id, member.company_id
        offers = customer._get_b2b_offers(company)
        products = customer._find_b2b_products(company, offers.product_id.ids)
        articles = {row["id"]: row for row in customer._prepare_b2b_articles(company, products)}
        return render(
            "b2b_portal_loyalty.offers",
            member,
            offers=[
                (offer, articles[offer.product_id.id])
                for offer in offers
                if offer.product_id.id in articles
            ],
            programs=member._prepare_b2b_programs(),
            currency=customer._get_b2b_currency(company),
        )

    @http.route("/b2b/offers/claim", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/cart")
    def b2b_claim(self, member, card_id="", reward_id="", product_id="", **_kwargs):
        """Redeem a punch card in the cart."""
        cart = request.env["sale.order"]._ensure_b2b_cart(member)
        cart._claim_b2b_reward(number(card_id), number(reward_id), number(product_id))
        return request.redirect("/b2b/cart")

    @http.route("/b2b/offers/code", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/cart")
    def b2b_code(self, member, code="", **_kwargs):
        """Use a code in the cart."""
        request.env["sale.order"]._ensure_b2b_cart(member)._apply_b2b_code(code)
        return request.redirect("/b2b/cart")
