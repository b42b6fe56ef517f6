from decimal import Decimal

from odoo.tests import TransactionCase, new_test_user


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


def money(text):
    """Short for an exact amount."""
    return Decimal(text)
