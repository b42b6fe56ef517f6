from contextlib import closing

import psycopg2

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, Form, get_db_name, tagged
from odoo.tools import mute_logger

from ..const import LEDGER_TOKEN
from ..models.res_company_books import PLANS
from .common import BooksCommon


@tagged("post_install", "-at_install")
class TestBooks(BooksCommon):
    """Accounts and journal of the credit."""

    def test_a_chart_brings_accounts_of_the_right_type_and_a_journal(self):
        for name, plan in PLANS.items():
            with self.subTest(account=name):
                self.assertEqual(self.company[name].account_type, plan.types[0])
                self.assertIn(self.company, self.company[name].company_ids)
        journal = self.company.loyalty_journal_id
        self.assertEqual(journal.type, "bank")
        self.assertEqual(journal.default_account_id, self.company.loyalty_deposit_account_id)
        self.assertFalse(journal.show_on_dashboard)

    def test_codes_have_the_charts_length_and_stand_beside_the_like(self):
        accounts = self.env["account.account"]
        for name in PLANS:
            code = self.company[name].with_company(self.company).code
            with self.subTest(account=name, code=code):
                self.assertRegex(code, r"^[0-9]{6}$")
        liabilities = [
            ("account_type", "=", "liability_current"),
            ("company_ids", "in", self.company.ids),
        ]
        for name, like in (
            ("loyalty_deposit_account_id", accounts.search(liabilities, limit=1)),
            ("loyalty_marketing_account_id", self.company.expense_account_id),
        ):
            code = self.company[name].with_company(self.company).code
            self.assertEqual(code[:3], like.with_company(self.company).code[:3])

    def test_codes_of_a_chart_with_other_lengths_fit_in(self):
        company = self._company_with_chart("Short codes")
        accounts = self.env["account.account"].with_company(company)
        for number, account in enumerate(accounts.search([("company_ids", "in", company.ids)])):
            account.code = f"{account.code[0]}{number:04}"
        company.loyalty_expired_account_id.unlink()
        company._get_loyalty_books()
        self.assertRegex(
            company.loyalty_expired_account_id.with_company(company).code, r"^[0-9]{5}$"
        )

    def test_without_a_chart_there_are_no_books_until_one_is_installed(self):
        company = self.other_company
        self.assertFalse(company._get_loyalty_books())
        self.assertFalse(company.loyalty_journal_id)
        self._install_chart(company)
        self.assertTrue(company.loyalty_journal_id)
        self.assertEqual(company._get_loyalty_books(), company)

    def test_another_chart_makes_them_anew(self):
        company = self._company_with_chart("Changes its mind")
        before = company.loyalty_deposit_account_id
        self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        self.assertEqual(company.loyalty_deposit_account_id, before, "the same chart changes none")
        company.chart_template = False
        self._install_chart(company)
        self.assertTrue(company.loyalty_deposit_account_id.exists())
        self.assertTrue(company.loyalty_journal_id.exists())

    def test_branch_uses_the_books_of_its_head_office(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.cr.precommit.run()  # loads the chart of the branch
        self.assertEqual(branch._get_loyalty_books(), self.company)
        self.assertFalse(branch.loyalty_journal_id)

    def test_what_is_missing_is_made_again_and_what_is_archived_put_to_use(self):
        deposit, voucher = (
            self.company.loyalty_deposit_account_id,
            self.company.loyalty_voucher_account_id,
        )
        voucher.unlink()
        self.company.loyalty_journal_id.unlink()
        deposit.active = False
        self.company._get_loyalty_books()
        self.assertTrue(self.company.loyalty_voucher_account_id)
        self.assertTrue(self.company.loyalty_journal_id)
        self.assertEqual(self.company.loyalty_deposit_account_id, deposit)
        self.assertTrue(deposit.active)

    def test_asking_again_makes_nothing_and_costs_no_query(self):
        before = self.env["account.account"].search_count([])
        self.company._get_loyalty_books()
        with self.assertQueryCount(0):
            self.company._get_loyalty_books()
        self.assertEqual(self.env["account.account"].search_count([]), before)

    def test_a_taken_journal_code_is_no_obstacle(self):
        company = self._company_with_chart("Taken")
        company.loyalty_journal_id.unlink()
        self.env["account.journal"].create(
            {"name": "Mine", "code": "CREDT", "type": "general", "company_id": company.id}
        )
        company._get_loyalty_books()
        self.assertEqual(company.loyalty_journal_id.code, "CRE01")

    def test_names_are_translated_into_the_installed_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        company = self._company_with_chart("French")
        names = company.loyalty_deposit_account_id.get_field_translations("name")[0]
        self.assertEqual({term["lang"] for term in names}, {"en_US", "fr_FR"})

    # === CHANGING THEM === #

    def test_account_on_which_credit_stands_cannot_be_exchanged(self):
        other = self.company.loyalty_deposit_account_id.copy()
        self._entry(self.company.loyalty_deposit_account_id, -5)
        with self.assertRaisesRegex(UserError, "Customer deposits"):
            self.company.loyalty_deposit_account_id = other

    def test_unused_account_can_be_exchanged(self):
        other = self.company.loyalty_deposit_account_id.copy()
        self.company.loyalty_deposit_account_id = other
        self.assertEqual(self.company.loyalty_deposit_account_id, other)

    def test_marketing_account_can_be_exchanged_any_time(self):
        other = self.company.loyalty_marketing_account_id.copy()
        self._entry(self.company.loyalty_marketing_account_id, 5)
        self.company.loyalty_marketing_account_id = other
        self.assertEqual(self.company.loyalty_marketing_account_id, other)

    def test_top_ups_invoiced_can_be_exchanged_once_cleared(self):
        account = self.company.loyalty_invoiced_account_id
        other = account.copy()
        self._entry(account, -5)
        with self.assertRaisesRegex(UserError, "still has a balance"):
            self.company.loyalty_invoiced_account_id = other
        self._entry(account, 5)
        self.company.loyalty_invoiced_account_id = other

    def test_accounts_keep_a_type_that_makes_sense(self):
        with self.assertRaisesRegex(ValidationError, "Customer deposits"):
            self.company.loyalty_deposit_account_id.account_type = "asset_current"
        with self.assertRaisesRegex(ValidationError, "another type"):
            self.company.loyalty_deposit_account_id = self.company.loyalty_marketing_account_id

    def test_accounts_of_another_company_are_refused(self):
        company = self._company_with_chart("Elsewhere")
        with self.assertRaises(ValidationError):
            self.company.loyalty_deposit_account_id = company.loyalty_deposit_account_id

    def test_nobody_but_the_engine_sets_the_journal(self):
        journal = self.env["account.journal"].create(
            {"name": "Mine", "code": "MINE", "type": "bank", "company_id": self.company.id}
        )
        for value in (journal.id, False):
            with self.subTest(value=value), self.assertRaises(AccessError):
                self.company.loyalty_journal_id = value
        forged = self.company.with_context(loyalty_ledger=True)
        with self.assertRaises(AccessError):
            forged.loyalty_journal_id = journal
        self.company.with_context(loyalty_ledger=LEDGER_TOKEN).loyalty_journal_id = journal

    # === CURRENCY === #

    def test_company_with_moved_credit_keeps_its_currency(self):
        company = self.other_company
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("id", "!=", company.currency_id.id)], limit=1)
        account = self._create_account(company_id=company.id)
        company.currency_id = currency
        self.assertEqual(account.currency_id, currency, "it has not moved anything yet")
        self.ledger._top_up(account, 5, company=company)
        with self.assertRaisesRegex(UserError, "Harbour Bistro has credit"):
            company.currency_id = self.company.currency_id
        company.currency_id = currency

    # === SETTINGS === #

    def test_settings_show_the_accounts_and_change_them(self):
        other = self.company.loyalty_marketing_account_id.copy()
        settings = Form(self.env["res.config.settings"])
        self.assertTrue(settings.loyalty_has_chart)
        self.assertEqual(settings.loyalty_journal_id, self.company.loyalty_journal_id)
        settings.loyalty_marketing_account_id = other
        settings.save().execute()
        self.assertEqual(self.company.loyalty_marketing_account_id, other)

    def test_settings_of_a_company_without_a_chart_say_so(self):
        settings = self.env["res.config.settings"].with_company(self.other_company).create({})
        self.assertFalse(settings.loyalty_has_chart)


@tagged("post_install", "-at_install")
class TestBooksRaces(BaseCase):
    """Two real transactions at once; nothing is committed that has to be cleaned up."""

    @mute_logger("odoo.sql_db")
    def test_two_at_once_do_not_both_make_accounts(self):
        registry = Registry(get_db_name())
        with closing(registry.cursor()) as first, closing(registry.cursor()) as second:
            companies = [
                api.Environment(cr, api.SUPERUSER_ID, {})["res.company"].search([], limit=1)
                for cr in (first, second)
            ]
            companies[0]._create_loyalty_books()
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                companies[1]._create_loyalty_books()
            second.rollback()
            first.rollback()
