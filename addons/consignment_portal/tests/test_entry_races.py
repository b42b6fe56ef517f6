import functools
import threading
import uuid
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import AnswerRefused, ConsignmentError


@tagged("post_install", "-at_install")
class TestEntryRaces(BaseCase):
    """Real transactions at once, each repeated as a request is."""

    def setUp(self):
        super().setUp()
        # The one who runs the tests holds the lock of the registries: threads would wait for it.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            shop = env["consignment.shop"].create({"number": "60099", "name": "Race"})
            consignor = env["consignment.consignor"].create(
                {
                    "shop_id": shop.id,
                    "last_name": "Race",
                    "entry_allowed": True,
                    "entry_quota": 3,
                }
            )
            self.consignor_id = consignor.id
            category = env.ref("consignment_portal.product_category_clothes")
            self.typed = {"title": "Coat", "categ_id": str(category.id), "price": "5"}
        self.addCleanup(self._delete)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def _delete(self):
        with self.registry.cursor() as cr:
            consignor = self._env(cr)["consignment.consignor"].browse(self.consignor_id)
            shop, contact = consignor.shop_id, consignor.partner_id
            # What was decided is kept by the ORM; here it goes.
            consignor.article_ids.write({"state": "draft"})
            consignor.article_ids.intake_id.unlink()
            consignor.env["consignment.intake"].search(
                [("consignor_id", "=", consignor.id)]
            ).unlink()
            consignor.unlink()
            contact.unlink()
            shop.unlink()

    def _at_once(self, *works):
        """Run works in threads that begin together; return which succeeded."""
        ready = threading.Barrier(len(works))
        answers = [None] * len(works)

        def run(place, work):
            with self.registry.cursor() as cr:
                env = self._env(cr)
                cr.execute("SELECT 1")  # every snapshot is older than the first one's work
                ready.wait(30)
                try:
                    retrying(functools.partial(work, env), env)
                except ConsignmentError:
                    cr.rollback()
                    answers[place] = False
                else:
                    answers[place] = True

        threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        return answers

    def _enter(self, env, key=None):
        consignor = env["consignment.consignor"].browse(self.consignor_id)
        consignor._enter_article(self.typed, b"", key or uuid.uuid4().hex)

    def _submit(self, env):
        intake = env["consignment.consignor"].browse(self.consignor_id)._find_entry_intake()
        if not intake:
            raise AnswerRefused("no intake")
        intake._sign_and_submit(intake._get_terms_digest(), "Race")

    def _read(self):
        with self.registry.cursor() as cr:
            consignor = self._env(cr)["consignment.consignor"].browse(self.consignor_id)
            intakes = consignor.env["consignment.intake"].search(
                [("consignor_id", "=", consignor.id)]
            )
            return len(intakes), len(consignor.article_ids), consignor.entry_quota

    def test_ten_articles_at_once_with_three_left_make_exactly_three(self):
        answers = self._at_once(*[self._enter] * 10)
        self.assertEqual((answers.count(True), answers.count(False)), (3, 7))
        self.assertEqual(self._read(), (1, 3, 0))

    def test_two_tabs_that_enter_the_first_article_at_once_share_one_intake(self):
        self.assertEqual(self._at_once(self._enter, self._enter), [True, True])
        self.assertEqual(self._read(), (1, 2, 1))

    def test_a_form_sent_twice_at_once_makes_one_article(self):
        send = functools.partial(self._enter, key="same")
        self.assertEqual(self._at_once(send, send), [True, True])
        self.assertEqual(self._read(), (1, 1, 2))

    def test_deleting_and_entering_at_once_loses_no_count(self):
        with self.registry.cursor() as cr:
            for _number in range(3):
                self._enter(self._env(cr))

        def delete(env):
            consignor = env["consignment.consignor"].browse(self.consignor_id)
            consignor._delete_entered(str(consignor._find_entry_intake().article_ids[0].id))

        answers = self._at_once(delete, self._enter, delete)
        articles, left = self._read()[1:]
        self.assertEqual(articles + left, 3)
        self.assertIn(answers[1], (True, False))
        self.assertEqual(articles, 2 if answers[1] else 1)

    def test_an_intake_is_submitted_once_and_what_comes_later_opens_the_next(self):
        with self.registry.cursor() as cr:
            self._enter(self._env(cr))
        answers = self._at_once(self._submit, self._submit, self._enter)
        self.assertTrue(answers[2])
        with self.registry.cursor() as cr:
            consignor = self._env(cr)["consignment.consignor"].browse(self.consignor_id)
            for intake in consignor.article_ids.intake_id:
                expected = {"draft": "draft", "submitted": "submitted"}[intake.state]
                self.assertEqual(set(intake.article_ids.mapped("state")), {expected})
            self.assertEqual(len(consignor.article_ids), 2)

    def test_agreeing_and_rejecting_at_once_leaves_one_decision(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self._enter(env)
            self._submit(env)
            article = env["consignment.consignor"].browse(self.consignor_id).article_ids
            article.proposed_price = 4
            article.intake_id.action_propose()
            article_id = article.id

        def agree(env):
            consignor = env["consignment.consignor"].browse(self.consignor_id)
            consignor._answer_proposal(str(article_id), "4.000000", agree=True)

        def reject(env):
            env["consignment.article"].browse(article_id)._reject("stain")

        answers = self._at_once(agree, reject)
        with self.registry.cursor() as cr:
            article = self._env(cr)["consignment.article"].browse(article_id)
            self.assertEqual(article.state, "rejected")
            self.assertEqual(article.price, 4 if answers[0] else 5)
            self.assertTrue(answers[1])

    def test_a_number_that_staff_set_meanwhile_counts(self):
        def set_number(env):
            env["consignment.consignor"].browse(self.consignor_id).write({"entry_quota": 1})

        self.assertTrue(self._at_once(self._enter, set_number)[1])
        _intakes, articles, left = self._read()
        # Staff before the article: one less is left; after it: what staff set.
        self.assertIn((articles, left), ((1, 0), (1, 1)))
