import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.b2b_portal.tests.common import B2bCommon


@tagged("post_install", "-at_install")
class TestB2bOperations(B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry_enter_test_mode_cls()
        cls.family = cls.env.ref("b2b_portal_api.family_b2b")
        cls.client, cls.facade = cls._create_facade(cls.company)

    @classmethod
    def _create_facade(cls, company):
        issue = cls.env["integrator.client"]._issue
        client, _key = issue(f"Program of {company.name}", company, cls.family, 30)
        cls.env.flush_all()
        return client, cls.env["integrator.api"].with_user(client.user_id)

    def _order(self, request_id="order-0001", **arguments):
        arguments = {
            "person": "buyer",
            "lines": [{"product": self.shown.id, "quantity": "2"}],
            **arguments,
        }
        answer = self.facade.b2b_create_order(request_id=request_id, **arguments)
        self.env.invalidate_all()
        return answer

    def _code(self, answer):
        return answer["error"]["code"]

    def _count(self):
        return self.env["sale.order"].search_count([("b2b_member_id", "=", self.buyer.id)])

    # === CATALOGUE === #

    def test_the_catalogue_shows_the_customers_articles_and_prices(self):
        answer = self.facade.b2b_catalogue(person="buyer")
        self.assertEqual(
            [(row["reference"], row["price"]) for row in answer["articles"]], [("PAN", "30.00")]
        )
        self.assertEqual(answer["total"], 1)
        self.assertEqual(self.facade.b2b_catalogue(person="buyer", search="x")["total"], 0)

    def test_who_may_not_use_the_portal_is_not_found(self):
        for person in ("nobody", "admin"):
            self.assertEqual(self._code(self.facade.b2b_catalogue(person=person)), "not_found")
        self.buyer.state = "revoked"
        self.env.flush_all()
        self.assertEqual(self._code(self._order()), "not_found")

    # === ORDERING === #

    def test_an_order_is_made_once_at_the_customers_price(self):
        before = self._count()
        answer = self._order(reference="PO-7")
        self.assertEqual((answer["untaxed"], answer["state"]), ("60.00", "ready"))
        self.assertEqual((answer["reference"], answer["person"]), ("PO-7", "buyer"))
        self.assertEqual(self._order(reference="PO-7"), answer)
        self.assertEqual(self._count(), before + 1)
        self.assertEqual(self._code(self._order(reference="PO-8")), "request_id_reused")

    def test_the_persons_own_cart_stays(self):
        cart = self._fill_cart(self.buyer, shown=5)
        self.env.flush_all()
        self._order()
        self.assertEqual(cart._get_b2b_lines().product_uom_qty, 5)
        self.assertEqual(cart.b2b_stage, "cart")

    def test_what_the_portal_refuses_is_refused_and_nothing_is_kept(self):
        before = self.env["sale.order"].search_count([])
        good = {"product": self.shown.id, "quantity": "1"}
        for lines, code in (
            ([good, {"product": self.hidden.id, "quantity": "1"}], "not_available"),
            ([good, {"product": 2**31 - 1, "quantity": "1"}], "not_available"),
            ([{**good, "quantity": "0.5"}], "order_refused"),
            ([{**good, "quantity": "-1"}], "invalid_argument"),
            ([], "invalid_argument"),
        ):
            with self.subTest(lines):
                self.assertEqual(self._code(self._order(lines=lines)), code)
        self.assertEqual(self.env["sale.order"].search_count([]), before)

    def test_role_and_limit_of_the_person_hold(self):
        self._create_member(self.customer, "viewer", role="viewer")
        self._create_member(self.customer, "limited", is_limited=True, spending_limit=10)
        self.env.flush_all()
        answer = self._order(person="viewer")
        self.assertEqual(self._code(answer), "order_refused")
        answer = self._order(person="limited")
        self.assertEqual(answer.get("state"), "approval", answer)

    # === STATES === #

    def test_an_order_tells_its_state_and_a_cart_is_no_order(self):
        made = self._order()
        self.assertEqual(self.facade.b2b_order(order=made["order"]), made)
        cart = self._fill_cart(self.buyer, shown=1)
        self.env.flush_all()
        self.assertEqual(self._code(self.facade.b2b_order(order=cart.name)), "not_found")

    def test_another_company_sees_no_order(self):
        made = self._order()
        _client, foreign = self._create_facade(self.env["res.company"].create({"name": "Other"}))
        self.assertEqual(self._code(foreign.b2b_order(order=made["order"])), "not_found")
        self.assertEqual(self._code(foreign.b2b_catalogue(person="buyer")), "not_found")

    def test_orders_that_changed_are_listed(self):
        made = self._order()
        # All of a test is one transaction; here it counts as ended.
        later = patch.object(
            type(self.facade), "_read_horizon", lambda _self: datetime.now() + timedelta(days=1)
        )
        with later:
            rows = self.facade.b2b_orders(limit=500)["rows"]
        self.assertIn(made, rows)

    def test_a_new_state_is_one_event(self):
        hook = self.env["integrator.webhook"].create(
            {
                "client_id": self.client.id,
                "url": "https://erp.example/",
                "topic_ids": self.env.ref("b2b_portal_api.topic_order_state").ids,
            }
        )
        self.env.flush_all()
        made = self._order()
        self.env.cr.precommit.run()
        (event,) = hook.event_ids
        data = json.loads(event.body)["data"]
        self.assertEqual((data["order"], data["state"]), (made["order"], "ready"))
