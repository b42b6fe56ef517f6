from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.consignment_portal.tests.settling import SettlingCase


@tagged("post_install", "-at_install")
class TestRewards(SettlingCase, TransactionCase):
    """Articles sold by orders on which a program of Odoo's own is used."""

    def _create_card(self, program_type, points, **values):
        """Return a card of a new program; a point of it is one unit of money."""
        reward = {
            "reward_type": "discount",
            "discount": 1,
            "discount_mode": "per_point",
            "discount_applicability": "order",
            **values,
        }
        program = self.env["loyalty.program"].create(
            {
                "name": program_type,
                "program_type": program_type,
                "applies_on": "future",
                "trigger": "auto",
                "reward_ids": [Command.clear(), Command.create(reward)],
            }
        )
        return self.env["loyalty.card"].create(
            {"program_id": program.id, "points": points, "partner_id": self.customer.id}
        )

    def _sell_with(self, articles, *cards):
        order = self._sell(articles, deliver=False)
        for card in cards:
            answer = order._apply_program_reward(card.program_id.reward_ids, card)
            self.assertFalse(answer.get("error"))
        self._deliver(order.picking_ids)
        return order

    def test_a_gift_card_pays_and_leaves_the_share(self):
        articles = self._create_stock(prices=(40, 20))
        order = self._sell_with(articles, self._create_card("gift_card", 25))
        self.assertEqual(order.amount_total, 35)
        self.assertEqual(self._sums(articles), (2, 60, 36))

    def test_an_e_wallet_that_pays_all_leaves_the_share(self):
        article = self._create_stock()
        order = self._sell_with(article, self._create_card("ewallet", 100))
        self.assertEqual(order.amount_total, 0)
        self.assertEqual(self._sums(article), (1, 40, 24))

    def test_a_promotion_lowers_the_shares_to_the_cent(self):
        articles = self._create_stock(prices=(10, 10, 10))
        order = self._sell_with(articles, self._create_card("loyalty", 1))
        self.assertEqual(order.amount_total, 29)
        self.assertEqual(sorted(articles.sale_ids.mapped("amount")), [9.66, 9.67, 9.67])

    def test_a_promotion_and_a_gift_card_on_one_order_are_told_apart(self):
        articles = self._create_stock(prices=(40, 20))
        cards = (self._create_card("loyalty", 6), self._create_card("gift_card", 10))
        order = self._sell_with(articles, *cards)
        self.assertEqual(order.amount_total, 44)
        self.assertEqual(self._sums(articles), (2, 54, 32.4))

    def test_what_an_archived_program_paid_stays_paid(self):
        article = self._create_stock()
        card = self._create_card("gift_card", 25)
        self._sell_with(article, card)
        card.program_id.action_archive()
        self.env["consignment.sale"]._collect_products(article.product_id)
        self.assertEqual(self._sums(article), (1, 40, 24))
