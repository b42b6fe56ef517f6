from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import AnswerRefused
from .common import ConsignmentCommon

FIXED = {
    "state": "stock",
    "share": 99,
    "barcode": "1",
    "accepted_date": "2026-01-01",
    "rejection_reason": "x",
    "declined_price": 3,
    "entry_key": "x",
}


@tagged("post_install", "-at_install")
class TestReview(ConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.intake = self._create_intake(is_from_portal=True)
        self.coat = self._create_article(self.intake)
        self.tea = self._create_article(self.intake, "Teapot", 10)
        self.intake.action_submit()
        self.env.flush_all()
        self.as_staff = self.intake.with_user(self.staff)
        self.coat_staff = self.coat.with_user(self.staff)

    def _propose(self, article, price):
        article.with_user(self.staff).proposed_price = price
        self.as_staff.action_propose()

    def _reject(self, articles, reason="has a stain"):
        action = articles.with_user(self.staff).action_reject()
        dialogue = self.env[action["res_model"]].with_user(self.staff).browse(action["res_id"])
        dialogue.reason = reason
        dialogue.action_confirm()

    def _mails(self):
        return self.env["mail.mail"].search([("email_to", "=", "anna@example.com")])

    def test_chosen_articles_are_accepted_and_the_last_one_closes_the_intake(self):
        self.coat_staff.action_accept()
        self.assertEqual((self.coat.state, self.tea.state), ("stock", "submitted"))
        self.assertEqual(self.intake.state, "submitted")
        self.tea.with_user(self.staff).action_accept()
        self.assertEqual(self.intake.state, "done")

    def test_a_proposal_is_withdrawn_while_nobody_answered(self):
        self._propose(self.coat, 30)
        self.coat_staff.action_withdraw_proposal()
        self.assertEqual((self.coat.state, self.coat.price), ("submitted", 40))
        self.assertFalse(self.coat.proposed_price)
        with self.assertRaises(AnswerRefused):
            self.consignor._answer_proposal(str(self.coat.id), "30.000000", agree=True)
        self.assertEqual(self.coat.price, 40)
        with self.assertRaises(UserError):
            self.coat_staff.action_withdraw_proposal()

    def test_only_staff_withdraws_a_proposal(self):
        self._propose(self.coat, 30)
        portal = new_test_user(self.env, "anybody", "base.group_portal")
        with self.assertRaises(AccessError):
            self.coat.with_user(portal).action_withdraw_proposal()
        self.assertEqual(self.coat.state, "proposed")

    def test_nothing_is_accepted_twice(self):
        self.coat_staff.action_accept()
        with self.assertRaises(UserError):
            self.coat_staff.action_accept()
        self.assertEqual(len(self.coat.product_id), 1)

    def test_what_a_consignor_still_enters_is_not_accepted_nor_changed_by_staff(self):
        draft = self._create_article(self._create_intake(is_from_portal=True))
        for call in (
            lambda: draft.with_user(self.staff).action_accept(),
            lambda: draft.intake_id.with_user(self.staff).action_accept(),
            lambda: draft.with_user(self.staff).write({"name": "Other"}),
        ):
            with self.assertRaises(UserError):
                call()
        draft.with_user(self.staff).unlink()
        self.assertFalse(draft.exists())

    def test_a_price_counts_once_the_consignor_agrees(self):
        self._propose(self.coat, 30)
        self.assertEqual((self.coat.state, self.coat.price), ("proposed", 40))
        with self.assertRaises(UserError):
            self.coat_staff.action_accept()
        self.consignor._answer_proposal(str(self.coat.id), "30.000000", agree=True)
        self.assertEqual((self.coat.state, self.coat.price), ("submitted", 30))
        self.coat_staff.action_accept()
        self.assertEqual(self.coat.product_id.list_price, 30)

    def test_without_agreement_the_price_stays_and_the_shop_decides(self):
        self._propose(self.coat, 30)
        self.consignor._answer_proposal(str(self.coat.id), "30.000000", agree=False)
        self.assertEqual((self.coat.state, self.coat.price), ("submitted", 40))
        self.assertEqual(self.coat.declined_price, 30)

    def test_staff_note_that_a_price_was_agreed_in_the_shop(self):
        self.coat_staff.proposed_price = 35
        with self.assertRaises(UserError):
            self.coat_staff.action_accept()
        self.coat_staff.action_agree_in_shop()
        self.assertEqual((self.coat.state, self.coat.price), ("submitted", 35))

    def test_one_mail_tells_all_proposals(self):
        self.coat_staff.proposed_price = 30
        self.tea.with_user(self.staff).proposed_price = 8
        self.as_staff.action_propose()
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("Teapot", mail.body_html)
        self.assertIn("/consign/30012/intakes", mail.body_html)
        with self.assertRaises(UserError):
            self.as_staff.action_propose()

    def test_answers_to_another_proposal_or_of_another_consignor_are_refused(self):
        self._propose(self.coat, 30)
        answers = (
            (self.consignor, self.coat.id, "29.000000"),
            (self.consignor, self.tea.id, "30.000000"),
            (self.other, self.coat.id, "30.000000"),
            (self.consignor, "x", ""),
        )
        for consignor, article_id, price in answers:
            with self.subTest(price), self.assertRaises(AnswerRefused):
                consignor._answer_proposal(str(article_id), price, agree=True)
        self.assertEqual(self.coat.price, 40)

    def test_an_answer_after_the_rejection_is_refused(self):
        self._propose(self.coat, 30)
        self._reject(self.coat)
        with self.assertRaises(AnswerRefused):
            self.consignor._answer_proposal(str(self.coat.id), "30.000000", agree=True)

    def test_rejections_are_told_once_with_their_reasons_when_all_is_reviewed(self):
        self._reject(self.coat)
        self.assertEqual(self.coat.rejection_reason, "has a stain")
        self.assertFalse(self._mails())
        self._reject(self.tea, "is broken")
        self.assertEqual(self.intake.state, "done")
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        for reason in ("has a stain", "is broken"):
            self.assertIn(reason, mail.body_html)

    def test_without_an_address_staff_are_asked_to_tell_the_consignor(self):
        self.consignor.email = False
        self._reject(self.coat | self.tea)
        self.assertFalse(self._mails())
        self.assertIn("tell the consignor", self.intake.message_ids[0].body)

    def test_a_rejection_needs_a_reason_and_something_to_reject(self):
        with self.assertRaises(UserError):
            self._reject(self.coat, "  ")
        self._reject(self.coat)
        with self.assertRaises(UserError):
            self._reject(self.coat)

    def test_a_rejection_is_undone_while_the_intake_is_open(self):
        self._reject(self.coat)
        self.coat_staff.action_undo_rejection()
        self.assertEqual((self.coat.state, self.coat.rejection_reason), ("submitted", False))
        self._reject(self.coat | self.tea)
        with self.assertRaises(UserError):
            self.coat_staff.action_undo_rejection()

    def test_staff_enter_at_the_counter_and_accept_at_once(self):
        intake = (
            self.env["consignment.intake"]
            .with_user(self.staff)
            .create(
                {
                    "consignor_id": self.other.id,
                    "article_ids": [
                        (0, 0, {"name": "Vase", "price": 7, "categ_id": self.category.id})
                    ],
                }
            )
        )
        intake.action_accept()
        self.assertEqual((intake.state, intake.article_ids.state), ("done", "stock"))
        self.assertEqual(intake.agreed_share, 60)

    def test_staff_write_nothing_that_follows_from_the_work(self):
        for name, value in FIXED.items():
            with self.subTest(name), self.assertRaises(AccessError):
                self.coat_staff.write({name: value})
        with self.assertRaises(AccessError):
            self.coat_staff.write({"intake_id": self._create_intake().id})
        with self.assertRaises(AccessError):
            self.coat_staff.write(
                {"product_id": self.env["product.product"].search([], limit=1).id}
            )
        self.coat_staff.write({"name": "Warm coat", "size_brand": "L"})
        self.assertEqual(self.coat.name, "Warm coat")

    def test_staff_create_nothing_that_follows_from_the_work(self):
        own = self._create_intake()
        vals = {"intake_id": own.id, "name": "X", "price": 1, "categ_id": self.category.id}
        articles = self.env["consignment.article"].with_user(self.staff)
        for name, value in FIXED.items():
            with self.subTest(name), self.assertRaises(AccessError):
                articles.create({**vals, name: value})
        article = articles.with_context(default_state="stock", default_share=99).create(vals)
        self.assertEqual((article.state, article.share), ("draft", 0))
        with self.assertRaises(UserError):
            articles.create({**vals, "intake_id": self.intake.id})

    def test_nobody_changes_who_entered_an_intake_or_what_was_signed(self):
        with self.assertRaises(AccessError):
            self.intake.is_from_portal = False
        intakes = self.env["consignment.intake"].with_user(self.staff)
        with self.assertRaises(AccessError):
            intakes.create({"consignor_id": self.consignor.id, "is_from_portal": True})
        forged = intakes.with_context(default_is_from_portal=True, default_state="done").create(
            {"consignor_id": self.consignor.id}
        )
        self.assertEqual((forged.is_from_portal, forged.state), (False, "draft"))
        for name in ("state", "agreed_terms", "signed_by", "signature", "consignor_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.as_staff.write({name: False})

    def test_a_submitted_price_changes_by_agreement_only(self):
        with self.assertRaises(UserError):
            self.coat_staff.price = 30
        self.assertEqual(self.coat.price, 40)

    def test_on_sale_the_product_follows_its_article(self):
        self.coat_staff.action_accept()
        self.coat_staff.write({"price": 33, "name": "Fine coat"})
        self.assertEqual(self.coat.product_id.list_price, 33)
        self.assertEqual(self.coat.product_id.name, "Fine coat")

    def test_the_price_of_a_rejected_article_does_not_change(self):
        self._reject(self.coat)
        with self.assertRaises(UserError):
            self.coat_staff.price = 30
        self.assertEqual(self.coat.price, 40)

    @mute_logger("odoo.sql_db")
    def test_a_proposed_price_is_not_negative(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.coat.proposed_price = -1
            self.coat.flush_recordset()

    def test_consignors_print_no_receipt_past_their_own_page(self):
        reports = self.env["ir.actions.report"].with_user(self.user)
        with self.assertRaises(AccessError):
            reports._render_qweb_html("consignment_portal.report_intake", self.intake.ids)
        printed = reports.with_user(self.staff)._render_qweb_html(
            "consignment_portal.report_intake", self.intake.ids
        )
        self.assertIn(b"Teapot", printed[0])

    def test_employees_without_the_right_and_consignors_review_nothing(self):
        employee = new_test_user(self.env, "employee", "base.group_user")
        for user in (employee, self.user):
            article, intake = self.coat.with_user(user), self.intake.with_user(user)
            for call in (
                article.action_accept,
                article.action_agree_in_shop,
                article.action_reject,
                article.action_undo_rejection,
                intake.action_propose,
                intake.action_accept,
                intake.action_submit,
                intake.unlink,
            ):
                with self.subTest(f"{user.login} {call.__name__}"), self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.coat.state, "submitted")
