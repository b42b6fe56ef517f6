from decimal import Decimal

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from ..models.res_company_books import PLANS


class LoyaltyCommon(TransactionCase):
    """Two establishments, a customer, an account of the first one and users of every rank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Harbour Bistro"})
        cls.ledger = cls.env["loyalty.ledger"]
        cls.partner = cls.env["res.partner"].create({"name": "Anna Berg"})
        cls.account = cls._create_account()
        cls.seller = cls._create_user("seller", "loyalty_accounts.group_user")
        cls.manager = cls._create_user("manager", "loyalty_accounts.group_manager")
        cls.admin = cls._create_user("loyalty_admin", "loyalty_accounts.group_admin")

    @classmethod
    def _create_user(cls, login, groups, **values):
        return new_test_user(cls.env, login=login, groups=f"base.group_user,{groups}", **values)

    @classmethod
    def _create_account(cls, **values):
        values = {"name": "Gold card", "partner_id": cls.partner.id, **values}
        return cls.env["loyalty.account"].create(values)

    def _assert_account(self, account, balance, held=0, debt=0):
        """Compare an account with what it must hold, and prove its ledger."""
        self.assertEqual(
            (account.balance, account.held, account.debt), (balance, held, debt), "wrong amounts"
        )
        self.assertEqual(account._verify_ledger(), [])

    def _lots(self, account):
        """What remains of each lot, oldest first."""
        return account.lot_ids.sorted("id").mapped("remaining")


class BooksCommon(LoyaltyCommon):
    """The same with a chart of accounts in the first establishment, not in the second."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._install_chart(cls.company)
        cls.batch = cls.env["loyalty.books.batch"]
        cls.accountant = new_test_user(
            cls.env,
            login="loyalty_accountant",
            groups="account.group_account_manager,account.group_account_user",
        )

    @classmethod
    def _install_chart(cls, company):
        """Give a company the generic chart; its currency stays."""
        if not company.chart_template:
            currency, country = company.currency_id, cls.env.ref("base.us")
            country.sudo().currency_id = currency  # the chart sets the country's
            company.account_fiscal_country_id = country
            cls.env["account.chart.template"].try_loading("generic_coa", company, False)

    @classmethod
    def _company_with_chart(cls, name, **values):
        company = cls.env["res.company"].create({"name": name, **values})
        cls.env.user.company_ids |= company
        cls._install_chart(company)
        return company

    def _book_all(self, company=None):
        """Book everything up to today; return the entries."""
        company = company or self.company
        return self.batch._post_batches(company, company._get_loyalty_today())

    def _lines(self, entry):
        """What an entry says: ``{(use of the account, label): balance}``."""
        accounts = {entry.company_id.root_id[name]: name.split("_")[1] for name in PLANS}
        return {
            (accounts.get(line.account_id, line.account_id.account_type), line.name): line.balance
            for line in entry.line_ids
        }

    @classmethod
    def _entry(cls, account, balance, **values):
        """Post an entry by hand, in the journal for miscellaneous operations."""
        company = account.company_ids[:1]
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        other = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", company.ids)], limit=1
        )
        entry = cls.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance}),
                    Command.create({"account_id": other.id, "balance": -balance}),
                ],
                **values,
            }
        )
        entry.action_post()
        return entry


def money(text):
    """Short for an exact amount."""
    return Decimal(text)
