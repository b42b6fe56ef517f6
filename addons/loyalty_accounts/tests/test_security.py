from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LoyaltyCommon

LEDGER = ("lot", "hold", "move", "allocation")
WIZARDS = {
    "top.up": "admin",
    "adjust": "admin",
    "transfer": "admin",
    "delete": "manager",
    "merge": "admin",
    "anonymise": "admin",
    "replace": "manager",
    "pin": "seller",
    "why": "seller",
}


@tagged("post_install", "-at_install")
class TestSecurity(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 10)
        cls.ledger._hold(cls.account, 1)
        cls.clerk = cls._create_user("clerk", "base.group_user")
        cls.portal = new_test_user(cls.env, login="portal_x", groups="base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.foreigner = cls._create_user(
            "foreigner",
            "loyalty_accounts.group_admin",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    def _records(self, name):
        model = "loyalty.account" if name == "account" else f"loyalty.account.{name}"
        return self.env[model].search([])

    def test_only_the_loyalty_group_reads_accounts_and_ledger(self):
        for name in ("account", *LEDGER):
            records = self._records(name)
            self.assertTrue(records)
            for user in (self.clerk, self.portal, self.public):
                with self.subTest(model=name, user=user.login), self.assertRaises(AccessError):
                    records.with_user(user).read(["id"])
            self.assertTrue(records.with_user(self.seller).read(["id"]))

    def test_nobody_may_write_create_or_delete_in_the_ledger(self):
        for name in LEDGER:
            records = self._records(name)
            for user in (self.seller, self.manager, self.admin):
                for operation in ("write", "create", "unlink"):
                    with self.subTest(model=name, user=user.login, operation=operation):
                        self.assertFalse(records.with_user(user).has_access(operation))

    def test_other_companies_see_nothing(self):
        for name in ("account", *LEDGER):
            model = self._records(name).with_user(self.foreigner)
            self.assertFalse(model.search([]), name)
            with self.assertRaises(AccessError):
                model.read(["id"])

    def test_only_managers_delete(self):
        for user, allowed in ((self.seller, False), (self.manager, True), (self.admin, True)):
            account = self._create_account()
            self.assertEqual(account.with_user(user).has_access("unlink"), allowed)

    def test_wizards_are_open_to_their_rank_only(self):
        ranks = {"seller": 0, "manager": 1, "admin": 2}
        users = {"seller": self.seller, "manager": self.manager, "admin": self.admin}
        for wizard, lowest in WIZARDS.items():
            for rank, user in users.items():
                with self.subTest(wizard=wizard, rank=rank):
                    model = self.env[f"loyalty.account.{wizard}"].with_user(user)
                    self.assertEqual(model.has_access("create"), ranks[rank] >= ranks[lowest])

    def test_customers_read_their_order_but_not_the_cards_credit(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.portal.partner_id.id, "loyalty_account_id": self.account.id}
        )
        order.action_confirm()
        order = order.with_user(self.portal)
        self.assertEqual(
            order.read(["loyalty_account_name"])[0]["loyalty_account_name"], "Gold card"
        )
        hidden = (
            "loyalty_account_id",
            "loyalty_available",
            "loyalty_earned",
            "loyalty_currency_id",
        )
        for name in hidden:
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.read([name])
        self.assertFalse(set(hidden) & set(order.fields_get()))

    def test_customers_do_not_see_which_accounts_a_contact_has(self):
        partner = self.portal.partner_id.with_user(self.portal)
        self.assertNotIn("loyalty_account_ids", partner.fields_get())

    def test_partner_without_rights_hides_the_number_of_accounts(self):
        with self.assertRaises(AccessError):
            self.partner.with_user(self.clerk).read(["loyalty_account_count"])

    def test_a_dialogue_is_its_users_own(self):
        for name, who in WIZARDS.items():
            group = "admin" if who == "admin" else "manager"
            first, second = (
                self._create_user(f"{name}-{number}", f"loyalty_accounts.group_{group}")
                for number in (1, 2)
            )
            model = self.env[f"loyalty.account.{name}"].with_user(first)
            typed = {"account_id": self.account.id, "amount": 1, "note": "x"}
            values = {field: value for field, value in typed.items() if field in model._fields}
            if name in ("transfer", "merge"):
                continue  # of two accounts; they are refused like the others
            dialogue = model.create(values)
            with self.subTest(name), self.assertRaises(AccessError):
                dialogue.with_user(second).check_access("write")

    def test_a_card_is_not_tried_on_an_order_that_may_not_be_changed(self):
        order = self.env["sale.order"].create({"partner_id": self.portal.partner_id.id})
        order.action_quotation_sent()
        for call in ("action_pair_loyalty_account", "action_unpair_loyalty_account"):
            arguments = ["unknown"] if call.startswith("action_pair") else []
            with self.subTest(call), self.assertRaises(AccessError):
                getattr(order.with_user(self.portal), call)(*arguments)

    def test_the_pin_of_anothers_dialogue_is_not_taken(self):
        first, second = (
            self._create_user(f"pin-{number}", "loyalty_accounts.group_manager")
            for number in (1, 2)
        )
        dialogue = self.env["loyalty.account.pin"].with_user(first)
        dialogue = dialogue.create({"account_id": self.account.id})
        with self.assertRaises(AccessError):
            dialogue.with_user(second).action_set()
