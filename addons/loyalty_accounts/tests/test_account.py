from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import AccountNotFound, InvalidValue
from ..rules import numbers
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestAccount(LoyaltyCommon):
    # === NUMBERS === #

    def test_proposed_number_has_the_companys_prefix_and_a_check_digit(self):
        self.company.loyalty_number_prefix = "2042"
        number = self._create_account().number
        self.assertRegex(number, r"^2042\d{9}$")
        self.assertEqual(numbers.ean13_check_digit(number[:12]), number[12])

    def test_number_is_stored_without_spaces_in_capitals(self):
        self.assertEqual(self._create_account(number="  ab-12 ").number, "AB-12")

    def test_scan_finds_the_account_with_spaces_and_other_letter_case(self):
        account = self._create_account(number="GIFT-77")
        for scan in ("GIFT-77", " gift-77\r\n", "\tGift-77 "):
            found = self.env["loyalty.account"]._find_by_number(scan, self.company)
            self.assertEqual(found, account)

    @mute_logger("odoo.sql_db")
    def test_number_is_unique_over_companies_and_archived_accounts(self):
        self._create_account(number="AB-12", active=False)
        other = self.env["loyalty.account"].with_company(self.other_company)
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            other.create({"name": "x", "number": "ab-12"})
        self.assertIn("UniqueViolation", type(caught.exception).__name__)

    def test_bad_numbers_are_refused_with_a_sentence(self):
        for number in (
            "",
            " ",
            "12",
            "x" * 33,
            "9" * 10_000,
            "1'; DROP TABLE res_users; --",
            "<script>alert(1)</script>",
            "12\u200b34",
            "é123",
            "12 34",
            "\uff11\uff12\uff13",
            None,
            1234,
        ):
            with self.subTest(number=str(number)[:20]):
                with self.assertRaises(InvalidValue):
                    self._create_account(number=number)
                with self.assertRaises(AccountNotFound):
                    self.env["loyalty.account"]._find_by_number(number, self.company)

    def test_unknown_and_foreign_numbers_get_the_same_answer(self):
        self._create_account(number="KNOWN-1")
        answers = []
        for number, company in (("OTHER-1", self.company), ("KNOWN-1", self.other_company)):
            with self.assertRaises(AccountNotFound) as caught:
                self.env["loyalty.account"]._find_by_number(number, company)
            answers.append(str(caught.exception).replace(number, "N"))
        self.assertEqual(answers[0], answers[1])

    def test_number_and_company_stay_once_there_are_movements(self):
        self.account.number = "BEFORE-1"
        self.ledger._top_up(self.account, 5)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.account.number = "AFTER-1"
        self.account.number = " before-1 "

    def test_card_stays_with_the_company_and_currency_that_issued_it(self):
        for user in (self.env.user, self.manager):
            account = self.account.with_user(user)
            with self.assertRaisesRegex(UserError, "issued by its company"):
                account.company_id = self.other_company
            with self.assertRaises(AccessError):
                account.write({"currency_id": self.env.ref("base.EUR").id})
        euro = self.env.ref("base.EUR")
        forged = self.env["loyalty.account"].with_context(
            default_currency_id=euro.id, default_balance=5000, default_held=1, default_version=3
        )
        account = forged.create({"name": "Forged"})
        self.assertEqual(account.currency_id, self.company.currency_id)
        self._assert_account(account, 0)

    def test_card_of_another_company_starts_with_that_companys_terms(self):
        self.other_company.write({"loyalty_default_discount": 33, "loyalty_number_prefix": "27"})
        account = self._create_account(company_id=self.other_company.id)
        self.assertEqual(account.discount, 33)
        self.assertRegex(account.number, "^27")

    def test_seller_does_not_give_a_customers_card_to_somebody_else(self):
        other = self.env["res.partner"].create({"name": "Other"})
        account = self.account.with_user(self.seller)
        with self.assertRaises(AccessError):
            account.partner_id = other
        bearer = self._create_account(partner_id=False, name="Bearer").with_user(self.seller)
        bearer.partner_id = other
        with self.assertRaises(AccessError):
            account.write({"block_reason": "x"})

    def test_the_establishments_day_decides_not_the_users_time_zone(self):
        self.company.partner_id.tz = "Europe/Amsterdam"
        account = self.account
        account.expiry_date = "2026-03-31"
        with freeze_time("2026-03-31 21:59:00"):
            for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
                self.assertEqual(account.with_context(tz=zone).state, "usable")
            self.ledger._top_up(account, 5, expiry_date="2026-03-31")
            self.ledger.with_context(tz="Pacific/Kiritimati")._expire(account)
            self._assert_account(account, 5)
        account.invalidate_recordset()
        with freeze_time("2026-03-31 22:01:00"):
            self.assertEqual(account.with_context(tz="Etc/GMT+12").state, "expired")

    def test_whole_number_is_found_without_searching_the_names(self):
        account = self._create_account(number="WHOLE-1", name="x")
        self._create_account(name="WHOLE-1")
        accounts = self.env["loyalty.account"].with_user(self.seller)
        self.assertEqual(accounts.name_search(" whole-1 "), [(account.id, account.display_name)])
        self.assertEqual(len(accounts.name_search("whole")), 2)

    # === TERMS === #

    def test_terms_outside_their_range_are_refused(self):
        for name in ("discount", "credit_rate"):
            for value in (-0.01, 100.01, float("nan"), float("inf"), "ten", "10"):
                with self.subTest(field=name, value=value), self.assertRaises(InvalidValue):
                    self.account.write({name: value})
                with self.assertRaises(InvalidValue):
                    self._create_account(**{name: value})
        self.account.write({"discount": 100, "credit_rate": 0})

    def test_new_card_starts_with_the_companys_terms(self):
        self.company.write({"loyalty_default_discount": 7.5, "loyalty_default_credit_rate": 0.03})
        account = self._create_account()
        self.assertEqual((account.discount, account.credit_rate), (7.5, 0.03))

    def test_seller_opens_cards_on_default_terms_only(self):
        accounts = self.env["loyalty.account"].with_user(self.seller)
        self.assertTrue(accounts.create({"name": "Bo", "number": "BO-1"}))
        for values in ({"discount": 50}, {"credit_rate": 1}, {"expiry_date": "2099-01-01"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                accounts.create({"name": "Bo", **values})

    def test_terms_forged_as_defaults_in_the_context_do_not_count(self):
        accounts = self.env["loyalty.account"].with_user(self.seller)
        forged = accounts.with_context(
            default_discount=50, default_credit_rate=5, default_expiry_date="2099-01-01"
        )
        account = forged.create({"name": "Bo"})
        self.assertEqual(
            (account.discount, account.credit_rate, account.expiry_date), (0, 0, False)
        )
        account_id, _name = forged.name_create("Bo Lind")
        self.assertEqual(accounts.browse(account_id).discount, 0)
        self.env["ir.default"].with_user(self.seller).set("loyalty.account", "discount", 100, True)
        self.assertEqual(accounts.create({"name": "Bo"}).discount, 0)
        with self.assertRaises(AccessError):
            forged.create({"name": "Bo", "discount": 50})

    def test_seller_renames_but_does_not_change_terms(self):
        account = self.account.with_user(self.seller)
        account.name = "Gold card Anna"
        for values in (
            {"discount": 50},
            {"number": "NEW-1"},
            {"blocked": True},
            {"expiry_date": False},
            {"active": False},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                account.write(values)
        self.account.with_user(self.manager).write({"discount": 50, "blocked": True})

    def test_prefix_of_numbers_is_checked(self):
        for prefix in ("abc", "1234567", "2 9"):
            with self.subTest(prefix=prefix), self.assertRaises(InvalidValue):
                self.company.loyalty_number_prefix = prefix

    # === STATE === #

    def test_card_is_good_on_its_last_day_and_expired_the_day_after(self):
        today = fields.Date.context_today(self.account)
        self.account.expiry_date = today
        self.assertEqual(self.account.state, "usable")
        self.account.expiry_date = today - timedelta(days=1)
        self.assertEqual(self.account.state, "expired")
        self.account.expiry_date = today + timedelta(days=1)
        self.assertEqual(self.account.state, "usable", "moving the date reactivates")

    def test_block_and_unblock_keep_the_credit(self):
        self.ledger._top_up(self.account, 5)
        self.account.action_block()
        self.assertEqual(self.account.state, "blocked")
        self.account.action_unblock()
        self.assertEqual((self.account.state, self.account.balance), ("usable", 5))

    def test_archive_is_undone_with_the_balance_intact(self):
        self.ledger._top_up(self.account, 5)
        self.account.action_archive()
        self.assertEqual(self.account.state, "archived")
        self.account.action_unarchive()
        self._assert_account(self.account, 5)

    # === LIST === #

    def test_search_finds_by_number_name_partner_mail_phone_and_vat(self):
        self.partner.write({"email": "anna@example.com", "phone": "+31 6 1234", "vat": "NL123"})
        account = self._create_account(number="FIND-ME", name="Zilver")
        for domain in (
            [("display_name", "ilike", " find-me ")],
            [("name", "ilike", "zilv")],
            [("partner_id.name", "ilike", "anna b")],
            [("partner_id.email", "ilike", "anna@")],
            [("partner_id.phone", "ilike", "1234")],
            [("partner_id.vat", "ilike", "nl123")],
        ):
            with self.subTest(domain=domain):
                self.assertIn(account, self.env["loyalty.account"].search(domain))

    def test_expiring_soon_lists_cards_within_the_companys_days(self):
        self.company.loyalty_expiring_days = 10
        today = fields.Date.context_today(self.account)
        soon = self._create_account(expiry_date=today + timedelta(days=10))
        later = self._create_account(expiry_date=today + timedelta(days=11))
        past = self._create_account(expiry_date=today - timedelta(days=1))
        found = self.env["loyalty.account"].search([("expires_soon", "=", True)])
        self.assertIn(soon, found)
        self.assertFalse((later | past | self.account) & found)
        self.assertTrue(soon.expires_soon)

    def test_list_costs_the_same_for_few_and_many_accounts(self):
        spec = {
            "number": {},
            "name": {},
            "partner_id": {"fields": {"display_name": {}}},
            "discount": {},
            "balance": {},
            "currency_id": {"fields": {}},
            "state": {},
            "expiry_date": {},
        }
        accounts = self.env["loyalty.account"].with_user(self.seller)
        counts = []
        for number in range(40):
            self._create_account(name=f"A{number}")
        for _round in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            accounts.web_search_read([], spec, limit=20)
            counts.append(self.cr.sql_log_count - before)
            for number in range(40):
                partner = self.env["res.partner"].create({"name": f"P{number}"})
                self._create_account(partner_id=partner.id)
        self.assertEqual(counts[1], counts[2], "the first round only warms caches up")

    # === QUICK CREATE, COPY, PARTNER === #

    def test_quick_create_takes_a_card_number_that_is_typed(self):
        account_id, _name = self.env["loyalty.account"].name_create("ab-5510")
        account = self.env["loyalty.account"].browse(account_id)
        self.assertEqual((account.number, account.name), ("AB-5510", "ab-5510"))
        with self.assertRaises(InvalidValue):
            self.env["loyalty.account"].name_create("   ")
        account_id, _name = self.env["loyalty.account"].name_create("Bo2")
        account = self.env["loyalty.account"].browse(account_id)
        self.assertRegex(account.number, r"^\d{13}$")

    def test_copy_is_a_new_card_without_credit(self):
        self.account.discount = 5
        self.ledger._top_up(self.account, 5)
        copy = self.account.copy()
        self.assertNotEqual(copy.number, self.account.number)
        self.assertEqual((copy.discount, copy.balance, copy.version), (5, 0, 0))

    def test_customers_data_is_edited_from_the_account(self):
        values = {
            "partner_company_registry": "12345678",
            "partner_vat": "x",
            "partner_tax_number": "T1",
            "partner_street": "Quay 1",
            "partner_city": "Hoorn",
            "partner_email": "a@example.com",
            "partner_mobile": "+31 6 1",
            "partner_phone": "+31 229 1",
            "partner_fax": "+31 229 2",
        }
        values["partner_vat"] = "/"
        self.account.write(values)
        for name, value in values.items():
            self.assertEqual(self.partner[name.removeprefix("partner_")], value)

    def test_partner_of_another_company_is_refused(self):
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        with self.assertRaises(ValidationError):
            self.account.partner_id = foreign

    def test_name_follows_the_customer_but_can_be_chosen(self):
        account = self.env["loyalty.account"].create({"partner_id": self.partner.id})
        self.assertEqual(account.name, "Anna Berg")

    def test_partner_shows_and_counts_the_accounts(self):
        partner = self.partner.with_user(self.seller)
        self.assertEqual(partner.loyalty_account_count, 1)
        self.assertEqual(
            partner.action_view_loyalty_accounts()["domain"], [("partner_id", "=", partner.id)]
        )
