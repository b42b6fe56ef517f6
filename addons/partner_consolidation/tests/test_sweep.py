import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ConsolidationCommon

#: What nobody at the partner may ever read, and cannot occur by chance.
SECRETS = (
    *("Zyxw Client", "zyxw@clients.example", "+99 1234 5678", "Zyxw Street", "zyxw note"),
    *("zyxw reason", "ZYXW-HOME", "4432.18", "4452.18"),
)
#: A manager of everything at the partner.
GROUPS = (
    *("base.group_user", "base.group_partner_manager", "base.group_allow_export"),
    *("sales_team.group_sale_manager", "account.group_account_manager"),
    *("loyalty_accounts.group_admin", "partner_consolidation.group_consolidation"),
)
RECORDS = 300


@tagged("post_install", "-at_install")
class TestSweep(ConsolidationCommon):
    """Everything that a manager of the partner can read is searched for a client's secrets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_partner = cls.env["res.partner"].create(
            {
                "name": "Zyxw Client",
                "email": "zyxw@clients.example",
                "phone": "+99 1234 5678",
                "street": "Zyxw Street",
            }
        )
        cls.card = cls.env["loyalty.account"].create(
            {
                "name": "Plain name",
                "partner_id": cls.client_partner.id,
                "company_id": cls.shop.id,
                "note": "zyxw note",
                "block_reason": "zyxw reason",
            }
        )
        cls.ledger = cls.env["loyalty.ledger"]
        cls.ledger._top_up(cls.card, 4351.07, company=cls.shop, note="ZYXW-HOME")
        cls._agree(cls.shop, cls.bistro, payment_percentage=50)
        cls.ledger._charge(cls.card, 30, company=cls.bistro)
        cls.ledger._earn(cls.card, 20, company=cls.bistro)
        cls.ledger._hold(cls.card, 20, company=cls.bistro)
        # Credit that does not pay at the bistro: so what is on the card in all stays a secret.
        cls._agree(cls.shop, cls.deli)
        cls.ledger._earn(cls.card, 111.11, company=cls.deli)
        cls.held = (cls.card.balance, cls.card.available)
        cls.manager = new_test_user(
            cls.env,
            login="partner-manager",
            groups=",".join(GROUPS),
            company_id=cls.bistro.id,
            company_ids=[Command.set(cls.bistro.ids)],
        )
        order = cls.env["sale.order"].create(
            {"partner_id": cls.bistro.partner_id.id, "company_id": cls.bistro.id}
        )
        order.with_user(cls.manager).action_pair_loyalty_account(cls.card.number)
        cls.env.flush_all()

    def _find_secrets(self, values):
        text = repr(values)
        return [secret for secret in SECRETS if secret in text]

    def _try(self, call, *args, **kwargs):
        """Call; a refusal reveals nothing but its own words."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return call(*args, **kwargs)
        except (AccessError, MissingError, UserError, ValidationError) as error:
            return str(error)
        except (NotImplementedError, KeyError, ValueError, TypeError, psycopg2.Error) as error:
            return type(error).__name__  # some models cannot be read as they are, whoever asks

    def test_no_model_tells_a_clients_secrets(self):
        env, read = self.env(user=self.manager, context={}), 0
        for name in sorted(env.registry):
            model = env[name]
            if model._abstract:
                continue
            for field in ("display_name", *model._fields):
                found = self._try(model.search_read, [], [field], limit=RECORDS)
                self.assertFalse(self._find_secrets(found), (name, field))
                if isinstance(found, str):
                    break  # no right to the model, or nothing to be read
                read += 1
        self.assertGreater(read, 2000, "a sweep that reads nothing shows nothing")

    def test_secrets_are_there_for_who_may_read_them(self):
        """Else the sweep would look for nothing."""
        self.assertEqual(self.held, (4452.18, 4432.18))
        found = self.card.read(["note", "block_reason", "balance", "available"])
        found += self.client_partner.read(["name", "email", "phone", "street"])
        found += self.card.move_ids.read(["note"])
        self.assertEqual(set(self._find_secrets(found)), set(SECRETS))

    def test_no_path_from_an_own_record_leads_there(self):
        env = self.env(user=self.manager, context={})
        order = env["sale.order"].search([("loyalty_account_id", "!=", False)])
        items = env["consolidation.item"].search([])
        agreement = env["consolidation.agreement"].search([])
        self.assertTrue(order and items and agreement)
        paths = {
            order: (
                "loyalty_account_id/partner_id/email",
                "loyalty_account_id/balance",
                "loyalty_account_id/note",
                "loyalty_account_id/move_ids/note",
            ),
            items: (
                "move_id/account_id/partner_id/phone",
                "move_id/note",
                "allocation_id/lot_id/account_id/note",
                "move_id/partner_name",
                "debtor_id/partner_id/email",
            ),
            agreement: ("sender_id/partner_id/email", "sender_id/user_ids/login"),
        }
        for records, names in paths.items():
            for path in names:
                with self.subTest(path):
                    found = self._try(records.export_data, [path])
                    self.assertFalse(self._find_secrets(found))

    def test_searching_by_a_secret_finds_nothing(self):
        env = self.env(user=self.manager, context={})
        domains = {
            "sale.order": [("loyalty_account_id.partner_id.email", "=", "zyxw@clients.example")],
            "consolidation.item": [("move_id.account_id.partner_id.name", "=", "Zyxw Client")],
            "loyalty.statistics": [("partner_id.name", "=", "Zyxw Client")],
            "res.partner": [("loyalty_account_ids.number", "=", self.card.number)],
            "loyalty.account": [("balance", ">", 0)],
            "loyalty.account.move": [("account_id.number", "=", self.card.number)],
            "consolidation.agreement": [("sender_id.partner_id.email", "ilike", "zyxw")],
        }
        for name, domain in domains.items():
            with self.subTest(name):
                found = self._try(env[name].search, domain)
                self.assertFalse(isinstance(found, type(env[name])) and found)
