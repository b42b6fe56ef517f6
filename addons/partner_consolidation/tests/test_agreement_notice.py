from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import CLERK, ConsolidationCommon


@tagged("post_install", "-at_install")
class TestAgreementNotice(ConsolidationCommon):
    """Each side is told what the other one did: a task for its people, an e-mail to its address."""

    def setUp(self):
        super().setUp()
        self.shop.email, self.bistro.email = "shop@example.com", "bistro@example.com"
        self.mails = self.env["mail.mail"]
        self.known = self.mails.search([])

    def _new_mails(self):
        mails = self.mails.search([("id", "not in", self.known.ids)], order="id")
        self.known |= mails
        return mails

    def _tasks(self, agreement):
        return {task.user_id: task.summary for task in agreement.sudo().activity_ids}

    def test_every_step_tells_the_other_side(self):
        agreement = self._invite(self.shop, self.bistro, "Shall we?")
        shop, bistro = (agreement.with_user(user) for user in (self.shop_clerk, self.bistro_clerk))

        def check(user, email, title):
            mails = self._new_mails()
            with self.subTest(title=title):
                self.assertEqual(mails.mapped("email_to"), [email])
                self.assertEqual(mails.subject, title)
                self.assertEqual(self._tasks(agreement), {user: title})
                self.assertIn("Open the agreement", mails.body_html)
                self.assertIn(f"res_id={agreement.id}", mails.body_html)

        check(self.bistro_clerk, "bistro@example.com", "Corner Shop asks you to serve its clients")
        bistro._accept({"discount": 5})
        check(self.shop_clerk, "shop@example.com", "Quay Bistro serves your clients from now on")
        bistro._propose({"discount": 6})
        check(self.shop_clerk, "shop@example.com", "Quay Bistro proposes other terms")
        shop._reject_proposal(agreement.proposal_id)
        check(self.bistro_clerk, "bistro@example.com", "Corner Shop rejected your proposal")
        shop._propose({"discount": 7})
        check(self.bistro_clerk, "bistro@example.com", "Corner Shop proposes other terms")
        shop._withdraw_proposal(agreement.proposal_id)
        check(self.bistro_clerk, "bistro@example.com", "Corner Shop withdrew its proposal")
        shop._propose({"discount": 8})
        self._new_mails()
        bistro._agree_to_proposal(agreement.proposal_id)
        check(self.shop_clerk, "shop@example.com", "Quay Bistro agreed to your terms")
        with freeze_time("2030-01-10"):
            bistro._give_notice("2030-01-31")
            title = "Quay Bistro gave notice: the last day is 01/31/2030"
            check(self.shop_clerk, "shop@example.com", title)

    def test_whoever_acts_cannot_keep_the_other_side_from_being_told(self):
        silent = {
            "mail_activity_automation_skip": True,
            "mail_notrack": True,
            "default_user_id": self.shop_clerk.id,
            "default_active": False,
            "default_res_id": 1,
            "active_test": False,
        }
        agreement = self._agree(self.shop, self.bistro)
        self._new_mails()
        shop = agreement.with_user(self.shop_clerk).with_context(**silent)
        shop._propose({"discount": 7})
        self.assertEqual(
            self._tasks(agreement), {self.bistro_clerk: "Corner Shop proposes other terms"}
        )
        self.assertEqual(self._new_mails().mapped("email_to"), ["bistro@example.com"])
        shop._tell_exposure("exposure_near")
        self.assertEqual(set(self._tasks(agreement)), {self.shop_clerk, self.bistro_clerk})

    def test_names_in_tasks_are_text(self):
        self.shop.name = "<a href='https://evil.example'>Pay here</a>"
        agreement = self._invite(self.shop, self.bistro)
        task = agreement.sudo().activity_ids
        self.assertNotIn("<a", task.note)
        self.assertIn("&lt;a href", task.note)
        self.assertNotIn("<a", agreement.message_ids[:1].body)

    def test_declining_and_withdrawing_are_told(self):
        agreement = self._invite(self.shop, self.bistro)
        self._new_mails()
        agreement.with_user(self.bistro_clerk)._decline()
        self.assertEqual(self._new_mails().subject, "Quay Bistro declined to serve your clients")
        again = self._invite(self.shop, self.bistro)
        self._new_mails()
        again.with_user(self.shop_clerk)._withdraw()
        self.assertEqual(self._new_mails().subject, "Corner Shop withdrew its invitation")

    def test_end_is_told_to_both_sides(self):
        agreement = self._agree(self.shop, self.bistro)
        self._new_mails()
        agreement._end()
        mails = self._new_mails()
        self.assertEqual(set(mails.mapped("email_to")), {"shop@example.com", "bistro@example.com"})
        self.assertEqual(set(self._tasks(agreement)), {self.shop_clerk, self.bistro_clerk})

    def test_mail_carries_the_message_the_terms_and_the_answering_address(self):
        agreement = self._invite(self.shop, self.bistro, "Shall we <b>work</b>?")
        mail = self._new_mails()
        self.assertIn("Shall we &lt;b&gt;work&lt;/b&gt;?", mail.body_html)
        self.assertIn("shop@example.com", mail.email_from)
        self.assertIn("shop@example.com", mail.reply_to)
        agreement.with_user(self.bistro_clerk)._accept({"discount": 5})
        body = self._new_mails().body_html.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("<strong>5 %</strong>", body)

    def test_mail_and_task_are_in_the_receivers_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        template = self.env.ref("partner_consolidation.mail_template_agreement")
        template.with_context(lang="nl_NL").subject = "NL {{ object.notice_title }}"
        self.bistro_clerk.lang = "nl_NL"
        self._invite(self.shop, self.bistro)
        self.assertTrue(self._new_mails().subject.startswith("NL "))

    def test_responsible_user_is_told_alone_as_long_as_allowed(self):
        boss = new_test_user(
            self.env,
            login="bistro-boss",
            groups=f"base.group_user,{CLERK}",
            company_id=self.bistro.id,
            company_ids=[(6, 0, self.bistro.ids)],
        )
        self.bistro.consolidation_user_id = boss
        self.assertEqual(set(self._tasks(self._invite(self.shop, self.bistro))), {boss})
        boss.group_ids -= self.env.ref(CLERK)
        self.assertEqual(
            set(self._tasks(self._invite(self.deli, self.bistro))), {self.bistro_clerk}
        )

    def test_establishment_without_an_address_gets_a_task(self):
        self.bistro.email = False
        agreement = self._invite(self.shop, self.bistro)
        self.assertFalse(self._new_mails())
        self.assertEqual(set(self._tasks(agreement)), {self.bistro_clerk})

    def test_who_is_told_can_open_what_the_task_links_to(self):
        agreement = self._invite(self.shop, self.bistro)
        task = agreement.sudo().activity_ids.with_user(self.bistro_clerk)
        action = task.action_open_document()
        opened = self.env[action["res_model"]].with_user(self.bistro_clerk)
        opened = opened.browse(action["res_id"])
        self.assertEqual(opened.read(["statement"])[0]["statement"], agreement.statement)
        suggested = opened.sudo()._get_redirect_suggested_company()
        self.assertEqual(suggested, self.bistro)

    def test_answer_closes_the_task(self):
        agreement = self._invite(self.shop, self.bistro)
        agreement.with_user(self.bistro_clerk)._decline()
        self.assertEqual(set(self._tasks(agreement)), {self.shop_clerk})

    def test_nothing_is_told_when_the_step_is_refused(self):
        agreement = self._agree(self.shop, self.bistro)
        self._new_mails()
        tasks = self._tasks(agreement)
        with self.assertRaises(UserError):
            agreement.with_user(self.bistro_clerk)._decline()
        self.assertFalse(self._new_mails())
        self.assertEqual(self._tasks(agreement), tasks)

    def test_both_sides_read_and_write_messages(self):
        agreement = self._invite(self.shop, self.bistro)
        for user in (self.shop_clerk, self.bistro_clerk):
            agreement.with_user(user).message_post(body=f"from {user.login}")
        for user in (self.shop_clerk, self.bistro_clerk):
            bodies = " ".join(agreement.with_user(user).message_ids.mapped("body"))
            with self.subTest(user=user.login):
                self.assertIn(f"from {self.shop_clerk.login}", bodies)
                self.assertIn(f"from {self.bistro_clerk.login}", bodies)
                self.assertIn("has not answered yet", bodies)
