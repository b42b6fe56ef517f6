"""Consignors answer the prices that the shop proposes."""

from odoo import models

from ..exceptions import AnswerRefused


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _get_proposed(self):
        """Return the articles whose new price waits for an answer."""
        return self.env["consignment.article"].search_fetch(
            [("consignor_id", "=", self.id), ("state", "=", "proposed")]
        )

    def _answer_proposal(self, article_id, price, *, agree):
        """Agree to a proposed price, or not; the article then waits for the shop's decision.

        :param price: the proposal that the page showed, as text; another one is no agreement
        :raise AnswerRefused: it was answered or decided meanwhile, or proposed anew
        """
        article = self._get_proposed().filtered(lambda record: str(record.id) == str(article_id))
        if article:
            # The same lock as for accepting: of two at once the second finds what was decided.
            article.intake_id._lock()
        if article.state != "proposed" or f"{article.proposed_price:.6f}" != price:
            raise AnswerRefused(
                self.env._("The shop has decided or proposed anew meanwhile. Look at the list.")
            )
        if agree:
            article._agree()
        else:
            article._decline()
        sentence = (
            self.env._("The consignor agreed to the price of “%s”.", article.name)
            if agree
            else self.env._("The consignor did not agree to the price of “%s”.", article.name)
        )
        article.intake_id.message_post(body=sentence, author_id=self.partner_id.id)
