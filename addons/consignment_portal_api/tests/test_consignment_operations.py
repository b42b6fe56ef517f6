import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.consignment_portal.tests.settling import SettlingCase


@tagged("post_install", "-at_install")
class TestConsignmentOperations(SettlingCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry_enter_test_mode_cls()
        cls.family = cls.env.ref("consignment_portal_api.family_consignment")
        cls.client, cls.facade = cls._create_facade(cls.env.company)

    @classmethod
    def _create_facade(cls, company):
        issue = cls.env["integrator.client"]._issue
        client, _key = issue(f"App of {company.name}", company, cls.family, 30)
        cls.env.flush_all()
        return client, cls.env["integrator.api"].with_user(client.user_id)

    def setUp(self):
        super().setUp()
        # All of a test is one transaction; here it counts as ended.
        self.startPatcher(
            patch.object(
                type(self.facade),
                "_read_horizon",
                lambda _self: datetime.now() + timedelta(days=1),
            )
        )

    def _hand_in(self, request_id="intake-0001", **arguments):
        article = {"title": "Winter coat", "category": self.category.id, "price": "40.00"}
        arguments = {
            "shop": self.shop.number,
            "consignor": self.consignor.number,
            "articles": [article, {**article, "title": "Hat", "size_brand": "M"}],
            **arguments,
        }
        answer = self.facade.consignment_create_intake(request_id=request_id, **arguments)
        self.env.invalidate_all()
        return answer

    def _find_intakes(self):
        return self.env["consignment.intake"].search([("consignor_id", "=", self.consignor.id)])

    def test_articles_are_handed_in_once_and_wait_for_review(self):
        before = self._find_intakes()
        answer = self._hand_in()
        self.assertEqual(self._hand_in(), answer)
        (intake,) = self._find_intakes() - before
        self.assertEqual((answer["intake"], answer["state"]), (intake.name, "submitted"))
        self.assertEqual([row["price"] for row in answer["articles"]], ["40.00", "40.00"])
        self.assertEqual(set(intake.article_ids.mapped("state")), {"submitted"})

    def test_the_id_for_other_articles_is_refused(self):
        self._hand_in()
        answer = self._hand_in(consignor=self.other.number)
        self.assertEqual(answer["error"]["code"], "request_id_reused")

    def test_one_bad_article_refuses_all(self):
        good = {"title": "Coat", "category": self.category.id, "price": "40.00"}
        before = self._find_intakes()
        for bad, code in (
            ({"price": "0.001"}, "invalid_value"),
            ({"price": "99999999"}, "invalid_value"),
            ({"category": 2**31 - 1}, "invalid_value"),
            ({"price": 40.0}, "invalid_argument"),
            ({"title": "x" * 1000}, "invalid_argument"),
            ({"colour": "red"}, "invalid_argument"),
        ):
            with self.subTest(bad):
                answer = self._hand_in(articles=[good, {**good, **bad}])
                self.assertEqual(answer["error"]["code"], code)
        self.assertEqual(self._find_intakes(), before)
        self.assertIn("articles", self._hand_in(), "a refused id may be used again")

    def test_an_unknown_consignor_or_one_of_another_company_is_not_found(self):
        answer = self._hand_in(consignor="999999")
        self.assertEqual(answer["error"]["code"], "not_found")
        other = self.env["res.company"].create({"name": "Other"})
        _client, self.facade = self._create_facade(other)
        self.assertEqual(self._hand_in()["error"]["code"], "not_found")

    def test_categories_that_can_be_chosen_are_listed(self):
        ids = [row["id"] for row in self.facade.consignment_categories()["categories"]]
        self.assertIn(self.category.id, ids)

    def test_articles_and_sales_are_listed_for_the_own_company_only(self):
        article = self._create_stock(prices=(40,))
        self._sell(article)
        self.env.flush_all()
        (row,) = [
            row
            for row in self.facade.consignment_articles(limit=500)["rows"]
            if row["article"] == article.id
        ]
        self.assertEqual((row["price"], row["barcode"]), ("40.00", article.barcode))
        sales = self.facade.consignment_sales(limit=500)["rows"]
        (sale,) = [row for row in sales if row["article"] == article.id]
        self.assertEqual((sale["amount"], sale["consignor_amount"]), ("40.00", "24.00"))
        _client, foreign = self._create_facade(self.env["res.company"].create({"name": "Other"}))
        for operation in ("articles", "sales", "settlements"):
            self.assertEqual(getattr(foreign, f"consignment_{operation}")()["rows"], [])

    def test_a_settlement_is_told_once_it_is_confirmed(self):
        self._sell(self._create_stock(prices=(40,)))
        settlement = self._settle()
        self.env.flush_all()
        self.assertEqual(self.facade.consignment_settlements()["rows"], [])
        hook = self._listen("settlement_confirmed")
        settlement.action_confirm()
        self.env.flush_all()
        told = self.facade.consignment_settlement(settlement=settlement.name)
        self.assertEqual((told["state"], told["total"]), ("confirmed", "24.00"))
        (row,) = self.facade.consignment_settlements()["rows"]
        self.assertEqual(row, told)
        (event,) = hook.event_ids
        self.assertEqual(json.loads(event.body)["data"], told)
        answer = self.facade.consignment_settlement(settlement="NO-SUCH")
        self.assertEqual(answer["error"]["code"], "not_found")

    def test_an_intake_that_waits_for_review_is_an_event(self):
        hook = self._listen("intake_submitted")
        told = self._hand_in()
        self._hand_in(request_id="intake-0002", articles=[])
        (event,) = hook.event_ids
        self.assertEqual(json.loads(event.body)["data"], told)

    def _listen(self, topic):
        hook = self.env["integrator.webhook"].create(
            {
                "client_id": self.client.id,
                "url": "https://app.example/",
                "topic_ids": self.env.ref(f"consignment_portal_api.topic_{topic}").ids,
            }
        )
        self.env.flush_all()
        return hook
