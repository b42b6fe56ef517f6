from ..hooks import uninstall_hook
from .common import BooksCommon


class TestRemoval(BooksCommon):
    def _losses(self, *names):
        return self.env["ir.module.module"]._get_removal_losses({*names})

    def test_credit_that_customers_own_is_told_with_its_amount(self):
        before = self._losses("loyalty_accounts")
        self.ledger._adjust(self.account, 12.5, note="Test")
        (told,) = set(self._losses("loyalty_accounts")) - set(before)
        self.assertIn("customers own", told)
        self.assertEqual(self._losses("sale"), [])

    def test_accounts_that_were_never_used_go_with_the_module(self):
        company = self._company_with_chart("Empty shop")
        made = company.loyalty_deposit_account_id
        journal = company.loyalty_journal_id
        chosen = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1
        )
        company.loyalty_marketing_account_id = chosen
        company._retire_loyalty_books()
        self.assertFalse((made | chosen).exists() - chosen)
        self.assertTrue(chosen.exists())
        self.assertFalse(journal.exists())

    def test_what_holds_entries_stays_in_the_books_and_takes_no_more(self):
        self.ledger._adjust(self.account, 12.5, note="Test")
        entries = self._book_all()
        journal = self.company.loyalty_journal_id
        self.company._retire_loyalty_books()
        self.assertTrue(entries.exists())
        self.assertFalse(journal.active)
        self.assertTrue(self.company.loyalty_deposit_account_id)

    def test_nothing_is_left_on_tables_of_core(self):
        uninstall_hook(self.env)
        self.env.cr.execute("SELECT 1 FROM pg_indexes WHERE indexname LIKE 'res_partner_loyalty%'")
        self.assertEqual(self.env.cr.fetchall(), [])
