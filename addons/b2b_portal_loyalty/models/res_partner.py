from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_offers(self, company):
        """Return the customer's article prices that hold now, as superuser."""
        # Superuser: customers have no right on offers; these are their own.
        offers = self.env["b2b.offer"].sudo().with_company(company)
        if not offers._has_b2b_audience():
            return offers
        return offers.search(offers._get_running_domain(self, company))

    def _get_b2b_parts(self, company):
        """Override of ``b2b_portal``: what is offered to the customer is visible, too."""
        parts = super()._get_b2b_parts(company)
        offered = self._get_b2b_offers(company).product_id
        return [*parts, Domain("id", "in", offered.ids)] if offered else parts

    def _get_b2b_pricelist(self, company):
        """Override of ``b2b_portal``: offers come before the usual prices while there are any."""
        usual = super()._get_b2b_pricelist(company)
        offers = self._get_b2b_offers(company)
        if not offers:
            return usual
        planned = offers.search(offers._get_domain_of(self, company))
        lists = self.env["product.pricelist"]
        return lists._get_b2b_with_offers(company, self.commercial_partner_id, usual, planned)

    def _explain_b2b_special(self, company, product):
        """Override of ``b2b_portal``: an offer shows the product."""
        offers = self._get_b2b_offers(company).filtered(lambda offer: offer.product_id == product)
        if offers:
            return self.env._("The offer “%s” shows the product to this customer.", offers[0].name)
        return super()._explain_b2b_special(company, product)
