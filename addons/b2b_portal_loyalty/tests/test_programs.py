from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.b2b_portal.exceptions import B2bError
from odoo.addons.b2b_portal.tests.common import B2bCommon

from .test_article_price import OfferCase


class ProgramCase(OfferCase):
    def _create_program(self, customers=None, *, points=1, rule=None, reward=None, **values):
        """Create a program for chosen customers: by default 10 % off their orders."""
        customers = self.customer if customers is None else customers
        rules = {"reward_point_mode": "order", "reward_point_amount": 1, **(rule or {})}
        rewards = {
            "reward_type": "discount",
            "discount": 10,
            "discount_mode": "percent",
            "discount_applicability": "order",
            "required_points": points,
            **(reward or {}),
        }
        return self.env["loyalty.program"].create(
            {
                "name": "Ten off",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "b2b_customer_ids": [Command.set(customers.ids)],
                "rule_ids": [Command.create(rules)],
                "reward_ids": [Command.create(rewards)],
                **values,
            }
        )

    def _create_punch_card(self):
        return self._create_program(
            points=10,
            name="Ten pans, one free",
            program_type="loyalty",
            applies_on="both",
            portal_point_name="stamps",
            rule={"reward_point_mode": "unit"},
            reward={"reward_type": "product", "reward_product_id": self.shown.id},
        )


@tagged("post_install", "-at_install")
class TestPrograms(ProgramCase, B2bCommon):
    def test_an_offer_applies_by_itself_in_the_chosen_customers_cart(self):
        self._create_program()
        cart = self._fill_cart(self.buyer, shown=2)
        self.assertEqual(cart.amount_untaxed, 54)
        self.assertEqual(self._submit(self.buyer, cart).amount_untaxed, 54)

    def test_an_offer_applies_to_nobody_else(self):
        self._create_program()
        self.assertEqual(self._fill_cart(self.stranger, shown=2).amount_untaxed, 60)

    def test_programs_for_everybody_work_as_in_odoo(self):
        self._create_program(customers=self.env["res.partner"])
        self.assertEqual(self._fill_cart(self.stranger, shown=2).amount_untaxed, 54)

    def test_a_code_of_chosen_customers_does_not_exist_for_others(self):
        self._create_program(
            program_type="promo_code",
            trigger="with_code",
            rule={"mode": "with_code", "code": "TEN"},
        )
        sentences = []
        cart = self._fill_cart(self.stranger, shown=2)
        for code in ("TEN", "NOTHING"):
            with self.assertRaises(B2bError) as caught:
                cart._apply_b2b_code(code)
            sentences.append(str(caught.exception))
        self.assertEqual(sentences[0], sentences[1])
        own = self._fill_cart(self.buyer, shown=2)
        own._apply_b2b_code("TEN")
        self.assertEqual(own.amount_untaxed, 54)

    def test_an_offer_that_ended_leaves_the_cart_before_the_order(self):
        program = self._create_program()
        cart = self._fill_cart(self.buyer, shown=2)
        shown_total = cart._get_b2b_shown_total()
        program.date_to = "2020-01-01"
        with self.assertRaisesRegex(B2bError, "Prices changed"):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, shown_total)
        self.assertEqual(cart.amount_untaxed, 60)

    def test_a_punch_card_counts_and_is_redeemed_in_the_cart(self):
        self._create_punch_card()
        self._submit(self.buyer, self._fill_cart(self.buyer, shown=7))
        [row] = self.buyer._prepare_b2b_programs()
        self.assertEqual((row["points"], row["needed"], row["unit"]), (7, 10, "stamps"))
        cart = self._fill_cart(self.buyer, shown=4)
        [(card, reward, _products)] = cart._get_b2b_claimable()
        cart._claim_b2b_reward(card.id, reward.id)
        self.assertEqual(cart.amount_untaxed, 120)
        self._submit(self.buyer, cart)
        self.assertEqual(self.buyer._prepare_b2b_programs()[0]["points"], 1)

    def test_another_customers_card_cannot_be_redeemed(self):
        program = self._create_punch_card()
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 50}
        )
        cart = self._fill_cart(self.stranger, shown=1)
        with self.assertRaises(B2bError):
            cart._claim_b2b_reward(card.id, program.reward_ids.id)
        self.assertEqual(card.points, 50)

    def test_customers_read_no_programs_cards_or_codes_over_rpc(self):
        self._create_program()
        for user in (self.buyer.user_id, self.env.ref("base.public_user")):
            for model in ("program", "rule", "reward", "card"):
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(
                        self.env[f"loyalty.{model}"].with_user(user).has_access("read")
                    )

    def test_orders_of_the_websites_shop_never_get_it(self):
        self._create_program()
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        if "website_id" in order._fields:
            order.website_id = self.env["website"].search([], limit=1)
        self.assertEqual(
            ("b2b_customer_ids", "=", False) in list(order._get_program_domain())
            and "|" not in list(order._get_b2b_audience("b2b_customer_ids")),
            "website_id" in order._fields,
        )


@tagged("post_install", "-at_install")
class TestProgramPages(ProgramCase, HttpCase):
    def test_the_count_of_a_punch_card_is_shown(self):
        program = self._create_punch_card()
        self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 7}
        )
        self.authenticate("buyer", "buyer")
        self.assertIn("<strong>7 of 10</strong>", self.url_open("/b2b/offers").text)
        self.authenticate("stranger", "stranger")
        self.assertNotIn("stamps", self.url_open("/b2b/offers").text)

    def test_the_cart_shows_rewards_with_its_lines(self):
        self._create_program()
        self._fill_cart(self.buyer, shown=2)
        self.authenticate("buyer", "buyer")
        self.assertIn("10% on your order", self.url_open("/b2b/cart").text)
