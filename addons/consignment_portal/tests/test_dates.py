from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestDates(ConsignmentCommon, MockEmail):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.to_date("2026-03-02")
        self.startPatcher(freeze_time("2026-03-02 09:00:00"))

    def _after(self, days):
        return freeze_time(f"{fields.Date.add(self.today, days=days)} 09:00:00")

    def _run_dates(self):
        self._run_job("ir_cron_dates")

    def _run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"consignment_portal.{name}").method_direct_trigger()

    def _remind(self):
        """Run the job; return the mails it made."""
        with self.mock_mail_gateway():
            self._run_job("ir_cron_remind")
            return self._new_mails

    def test_articles_that_stay_longer_do_so_as_often_as_the_shop_permits(self):
        self.consignor.end_choice = "extend"
        article = self._create_stock()
        with self._after(90):
            self._run_dates()
            self._run_dates()  # the same day again changes nothing
            self.assertEqual(article.days_left, 30)
        with self._after(120):
            self._run_dates()
            self.assertEqual((article.days_left, article.extensions), (0, 1))

    def test_articles_for_less_are_lowered_with_their_product_and_stay(self):
        article = self._create_stock(prices=(45,))
        article.end_choice = "markdown"
        with self._after(90):
            self._run_dates()
        self.assertEqual((article.price, article.product_id.list_price), (33.75, 33.75))
        self.assertEqual(article.extensions, 1)

    def test_articles_to_fetch_or_donate_wait(self):
        articles = self._create_stock(prices=(10, 10))
        articles[1].end_choice = "donate"
        with self._after(95):
            self._run_dates()
            self.assertEqual(articles.mapped("days_left"), [-5, -5])

    def test_markdowns_come_on_their_days_off_the_agreed_price(self):
        self.shop.markdown_ids = [
            fields.Command.create({"days": 30, "percent": 20}),
            fields.Command.create({"days": 60, "percent": 50}),
        ]
        article = self._create_stock(prices=(45,))
        self.assertEqual(article._get_next_markdown(), (fields.Date.to_date("2026-04-01"), 36))
        with self._after(30):
            self._run_dates()
            self._run_dates()
            self.assertEqual(article.price, 36)
        with self._after(75):
            self._run_dates()
            self.assertEqual(article.price, 22.5)
            self.assertIsNone(article._get_next_markdown())

    def test_markdowns_spare_those_who_did_not_agree_and_lower_prices(self):
        self.shop.markdown_ids = [fields.Command.create({"days": 30, "percent": 20})]
        self.other.markdown_allowed = False
        spared, cheap = self._create_stock(self.other), self._create_stock()
        cheap.price = 5
        with self._after(40):
            self._run_dates()
        self.assertEqual((spared.price, cheap.price), (40, 5))
        self.assertIsNone(spared._get_next_markdown())

    def test_a_consignor_gets_one_mail_about_all_articles_and_never_again(self):
        self._create_stock(prices=(40, 12.5))
        with self._after(82):
            self.assertFalse(self._remind())
        with self._after(83):
            (mail,) = self._remind()
            self.assertEqual(mail.recipient_ids, self.consignor.partner_id)
            self.assertIn("40.00", mail.body_html)
            self.assertIn("12.50", mail.body_html)
            self.assertIn("/consign/30012", mail.body_html)
            self.assertFalse(self._remind())

    def test_a_job_that_is_stopped_goes_on_where_it_was(self):
        third = self._create_consignor("Cleo", "cleo@example.com")
        for consignor in (self.consignor, self.other, third):
            self._create_stock(consignor)
        reminded = []
        with self._after(85):
            while True:
                with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=0):
                    mails = self._remind()
                if not mails:
                    break
                reminded.append(mails.recipient_ids)
        consignors = self.consignor | self.other | third
        self.assertEqual(reminded, list(consignors.partner_id))

    def test_a_new_return_date_is_reminded_of_anew(self):
        article = self._create_stock()
        with self._after(85):
            self.assertEqual(len(self._remind()), 1)
            article.return_date = fields.Date.add(article.return_date, days=30)
        with self._after(115):
            self.assertEqual(len(self._remind()), 1)

    def test_no_mail_to_charities_those_who_do_not_want_it_or_without_address(self):
        consignors = (
            self._create_consignor("Charity", "c@example.com", is_charity=True),
            self._create_consignor("Quiet", "q@example.com", reminder_wanted=False),
            self._create_consignor("Nobody"),
        )
        for consignor in consignors:
            self._create_stock(consignor)
        with self._after(85):
            self.assertFalse(self._remind())

    def test_a_mail_that_fails_leaves_the_article_to_be_reminded_of(self):
        article = self._create_stock()
        templates = type(self.env["mail.template"])
        with self._after(85):
            with (
                patch.object(templates, "send_mail", side_effect=ConnectionError),
                self.assertRaises(ConnectionError),
                self.env.cr.savepoint(),
            ):
                self.consignor._remind()
            self.assertFalse(article.reminded_on)
            self.assertEqual(len(self._remind()), 1)

    def test_the_agenda_notes_each_return_date_once(self):
        self.consignor.agenda_wanted = True
        articles = self._create_stock(prices=(1, 2, 3))
        events = self.env["calendar.event"].search(
            [("consignment_consignor_id", "=", self.consignor.id)]
        )
        self.assertEqual(events.mapped("start_date"), [articles[0].return_date])
        self.assertIn("3 articles", events.name)
        self.assertEqual(events.user_id, self.shop.agenda_user_id)
        articles[0].return_date = "2026-07-01"
        events = events.search([("consignment_consignor_id", "=", self.consignor.id)])
        self.assertEqual(len(events), 2)
        self.consignor.agenda_wanted = False
        self.assertFalse(events.exists())

    def test_the_agenda_notes_nothing_unless_wanted(self):
        self._create_stock()
        self.assertFalse(
            self.env["calendar.event"].search([("consignment_consignor_id", "!=", False)])
        )
