from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import execute_cr
from odoo.tests import Form, tagged

from ..const import LEDGER_TOKEN
from .common import BooksCommon

ENTRY = "made by the loyalty ledger alone"
JOURNAL = "takes entries of the loyalty ledger only"


@tagged("post_install", "-at_install")
class TestBooksGuard(BooksCommon):
    """Nobody but the engine works in the journal of the credit, superuser or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company.loyalty_journal_id
        cls.ledger._top_up(cls.account, 100)
        cls.entry = cls._book_all(cls)
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.invoice = cls._invoice(150)
        cls.payment_entry = cls._pay_with_credit(cls.invoice, 40)

    @classmethod
    def _invoice(cls, price):
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.partner.id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": price, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _pay_with_credit(cls, invoice, amount):
        """As the engine does: an entry in the journal of the credit, reconciled."""
        due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        entry = cls.ledger._writer("account.move").create(
            {
                "journal_id": cls.journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.company.loyalty_deposit_account_id.id,
                            "balance": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": due.account_id.id,
                            "partner_id": cls.partner.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry._post(soft=False)
        (due.with_env(entry.env) + entry.line_ids.filtered("credit")).reconcile()
        return cls.env["account.move"].browse(entry.id)

    def _everybody(self):
        """Environments of the superuser, and of an accountant with the longest arms."""
        return {"superuser": self.env, "accountant": self.env(user=self.accountant)}

    def _assert_refused(self, action, message=ENTRY, *, error=UserError):
        """``action`` takes an environment; everybody is refused."""
        for name, env in self._everybody().items():
            with self.subTest(who=name), self.cr.savepoint() as savepoint:
                with self.assertRaisesRegex(error, message):
                    action(env)
                    env.flush_all()
                savepoint.rollback()

    def _lines_vals(self, account):
        return [
            Command.create({"account_id": account.id, "balance": 5}),
            Command.create({"account_id": account.id, "balance": -5}),
        ]

    # === THE JOURNAL IS NOT OFFERED === #

    def test_register_payment_does_not_offer_the_journal(self):
        action = self.invoice.action_register_payment()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"])).save()
        self.assertIn(self.bank, wizard.available_journal_ids)
        self.assertNotIn(self.journal, wizard.available_journal_ids)
        self.assertFalse(self.journal.inbound_payment_method_line_ids)
        self.assertFalse(self.journal.outbound_payment_method_line_ids)

    def test_register_payment_refuses_the_journal_when_forced(self):
        def pay(env):
            env["account.payment.register"].with_context(
                active_model="account.move", active_ids=self.invoice.ids
            ).create({"journal_id": self.journal.id, "amount": 10}).action_create_payments()

        self._assert_refused(pay, "")

    def test_no_payment_is_created_in_it_or_moved_into_it(self):
        vals = {"amount": 5, "payment_type": "inbound", "partner_id": self.partner.id}
        self._assert_refused(
            lambda env: env["account.payment"].create({**vals, "journal_id": self.journal.id}),
            JOURNAL,
        )
        payment = self.env["account.payment"].create({**vals, "journal_id": self.bank.id})
        self._assert_refused(
            lambda env: payment.with_env(env).write({"journal_id": self.journal.id}), JOURNAL
        )

    # === NOTHING IS ADDED === #

    def test_no_entry_is_created_in_it(self):
        account = self.company.loyalty_marketing_account_id
        for move_type in ("entry", "out_invoice"):
            self._assert_refused(
                lambda env, move_type=move_type: env["account.move"].create(
                    {
                        "move_type": move_type,
                        "journal_id": self.journal.id,
                        "line_ids": self._lines_vals(account) if move_type == "entry" else [],
                    }
                ),
                "",
            )

    def test_no_statement_line_is_created_in_it(self):
        self._assert_refused(
            lambda env: env["account.bank.statement.line"].create(
                {"journal_id": self.journal.id, "amount": 5, "payment_ref": "x"}
            ),
            JOURNAL,
        )

    def test_no_entry_is_moved_into_it(self):
        entry = self._entry(self.company.loyalty_marketing_account_id, 5)
        entry.button_draft()
        entry.name = False
        self._assert_refused(
            lambda env: entry.with_env(env).write({"journal_id": self.journal.id}), JOURNAL
        )

    def test_no_line_is_added_to_its_entries_or_moved_into_them(self):
        other = self._entry(self.company.loyalty_marketing_account_id, 5)
        self._assert_refused(
            lambda env: env["account.move.line"].create(
                {"move_id": self.entry.id, "account_id": other.line_ids[0].account_id.id}
            )
        )
        self._assert_refused(
            lambda env: other.line_ids[0].with_env(env).write({"move_id": self.entry.id})
        )

    # === NOTHING IS CHANGED === #

    def test_its_entries_are_not_changed(self):
        changes = {
            "date": "2020-01-01",
            "journal_id": self.bank.id,
            "name": "X/1",
            "ref": "x",
            "partner_id": self.partner.id,
            "state": "draft",
            "line_ids": [Command.clear()],
        }
        for name, value in changes.items():
            with self.subTest(field=name):
                self._assert_refused(
                    lambda env, vals={name: value}: self.entry.with_env(env).write(vals)
                )

    def test_its_lines_are_not_changed_or_deleted(self):
        line = self.entry.line_ids[0]
        changes = {
            "account_id": self.company.loyalty_elsewhere_account_id.id,
            "partner_id": self.partner.id,
            "balance": 1,
            "debit": 1,
            "amount_currency": 1,
            "name": "x",
            "date_maturity": "2020-01-01",
        }
        for name, value in changes.items():
            with self.subTest(field=name):
                self._assert_refused(lambda env, vals={name: value}: line.with_env(env).write(vals))
        self._assert_refused(lambda env: line.with_env(env).unlink())
        self._assert_refused(
            lambda env: line.with_env(env).with_context(force_delete=True).unlink()
        )

    def test_its_entries_are_not_reset_cancelled_deleted_or_reversed(self):
        for method in ("button_draft", "button_cancel", "unlink", "_reverse_moves"):
            with self.subTest(method=method):
                self._assert_refused(
                    lambda env, method=method: getattr(self.entry.with_env(env), method)()
                )
        self._assert_refused(
            lambda env: (
                self.entry.with_env(env)
                .with_context(force_delete=True, _force_unlink=True)
                .unlink()
            )
        )
        self._assert_refused(
            lambda env: self.entry.with_env(env).copy({"date": "2026-01-01"}), JOURNAL
        )

    def test_reversal_dialogue_is_refused(self):
        self._assert_refused(
            lambda env: (
                env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=self.entry.ids)
                .create({"journal_id": self.journal.id})
                .reverse_moves()
            )
        )

    # === NOTHING IS RECONCILED OR UNRECONCILED === #

    def test_payment_with_credit_is_not_unreconciled(self):
        due = self.invoice.line_ids.filtered("reconciled") or self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partial = due.matched_credit_ids
        self.assertEqual(self.invoice.amount_residual, 110)
        ways = {
            "widget": lambda env: self.invoice.with_env(env).js_remove_outstanding_partial(
                partial.id
            ),
            "from the invoice": lambda env: due.with_env(env).remove_move_reconcile(),
            "from the entry": lambda env: self.payment_entry.line_ids.with_env(
                env
            ).remove_move_reconcile(),
            "from the list": lambda env: (
                due.with_env(env)
                .with_context(active_ids=due.ids)
                .action_unreconcile_match_entries()
            ),
            "partial": lambda env: partial.with_env(env).unlink(),
            "amount": lambda env: partial.with_env(env).write({"amount": 1}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self._assert_refused(way)
        self.assertEqual(self.invoice.amount_residual, 110)

    def test_other_payments_of_the_same_invoice_come_and_go_as_ever(self):
        action = self.invoice.action_register_payment()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({"journal_id": self.bank.id})
        self.assertEqual(wizard.amount, 110)
        wizard.action_create_payments()
        self.assertEqual(self.invoice.amount_residual, 0)
        others = self.invoice.line_ids.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.journal_id == self.bank
        )
        self.invoice.js_remove_outstanding_partial(others.id)
        self.assertEqual(self.invoice.amount_residual, 110)

    def test_lines_of_the_journal_are_not_used_to_pay_other_invoices(self):
        entry = self._pay_with_credit(self._invoice(30), 30)
        line = entry.line_ids.filtered("credit")
        line.matched_debit_ids.with_context(loyalty_ledger=LEDGER_TOKEN).unlink()
        invoice = self._invoice(30)
        self._assert_refused(lambda env: invoice.with_env(env).js_assign_outstanding_line(line.id))
        due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self._assert_refused(lambda env: (due + line).with_env(env).reconcile())

    # === THE JOURNAL ITSELF === #

    def test_the_journal_stays_what_it_is(self):
        refused = {
            "type": "general",
            "default_account_id": self.company.loyalty_marketing_account_id.id,
            "active": False,
            "inbound_payment_method_line_ids": [Command.clear()],
        }
        for name, value in refused.items():
            with self.subTest(field=name):
                self._assert_refused(
                    lambda env, vals={name: value}: self.journal.with_env(env).write(vals),
                    "not what it is",
                )
        self.journal.write({"name": "Credit of our customers", "code": "CRED"})
        self._assert_refused(lambda env: self.journal.with_env(env).unlink(), "it stays")
        self._assert_refused(
            lambda env: self.journal.with_env(env).with_context(_force_unlink=True).unlink(),
            # With a till installed, core asks first for a right to its payment methods.
            "it stays|not allowed to access",
        )

    # === OVER RPC === #

    def test_the_same_is_refused_over_rpc(self):
        calls = [
            ("account.move", "button_draft", [self.entry.ids], {}),
            ("account.move", "button_cancel", [self.entry.ids], {}),
            ("account.move", "unlink", [self.entry.ids], {}),
            ("account.move", "write", [self.entry.ids, {"date": "2020-01-01"}], {}),
            ("account.move.line", "write", [self.entry.line_ids.ids, {"name": "x"}], {}),
            ("account.move.line", "remove_move_reconcile", [self.payment_entry.line_ids.ids], {}),
            (
                "account.partial.reconcile",
                "unlink",
                [self.payment_entry.line_ids.matched_debit_ids.ids],
                {"context": {"loyalty_ledger": True}},
            ),
            (
                "account.move",
                "create",
                [[{"journal_id": self.journal.id}]],
                {"context": {"loyalty_ledger": "LEDGER_TOKEN"}},
            ),
        ]
        for model, method, args, options in calls:
            with self.subTest(call=f"{model}.{method}"), self.cr.savepoint() as savepoint:
                with self.assertRaises(UserError):
                    execute_cr(self.cr, self.accountant.id, model, method, args, options)
                savepoint.rollback()

    # === ORDINARY ACCOUNTING === #

    def test_ordinary_entries_cost_no_query_more(self):
        account = self.company.loyalty_marketing_account_id
        guarded = type(self.env["account.journal"])._get_guarded_journal_ids
        counts = []
        for ids in (frozenset(), frozenset(), None):
            self.env.invalidate_all()
            self.env["account.journal"]._get_loyalty_journal_ids()  # both are cached
            self.env["account.journal"]._get_loyalty_owed_account_ids()
            if ids is not None:
                self.patch(
                    type(self.env["account.journal"]),
                    "_get_guarded_journal_ids",
                    lambda journal, ids=ids: ids,
                )
            else:
                self.patch(type(self.env["account.journal"]), "_get_guarded_journal_ids", guarded)
            before = self.cr.sql_log_count
            entry = self._entry(account, 5)
            entry.button_draft()
            entry.ref = "x"
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "the first round only warms caches up")
