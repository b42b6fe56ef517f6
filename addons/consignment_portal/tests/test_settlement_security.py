from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .settling import SettlingCase

#: What records the money, by what staff may do with it: all of it belongs to managers.
READ_BY_STAFF = (
    "consignment.sale",
    "consignment.settlement",
    "consignment.settlement.line",
    "consignment.difference",
)
READ_BY_MANAGERS = ("consignment.settlement.run", "consignment.payout")
WIZARDS = ("consignment.settle", "consignment.pay", "consignment.article.lose")


@tagged("post_install", "-at_install")
class TestSettlementSecurity(SettlingCase, TransactionCase):
    """Staff looks, managers decide, and both in their own company only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "consignment_portal.group_consignment_manager"
        cls.manager = new_test_user(cls.env, "chief", manager)
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.foreigner = new_test_user(
            cls.env,
            "foreigner",
            manager,
            company_id=cls.abroad.id,
            company_ids=[Command.set(cls.abroad.ids)],
        )
        cls.env["account.journal"].create({"name": "Drawer", "type": "cash", "code": "DRAW"})
        cls.consignor.payout_method = "cash"
        cls.article = cls._create_stock()
        cls.order = cls._sell(cls.article)

    def _settle_by(self, user):
        wizard = (
            self.env["consignment.settle"]
            .with_user(user)
            .create(
                {"shop_id": self.shop.id, "date_to": fields.Date.add(fields.Date.today(), days=1)}
            )
        )
        return self.env["consignment.settlement.run"].browse(wizard.action_settle()["res_id"])

    def _pay_by(self, user, settlement):
        wizard = (
            self.env["consignment.pay"]
            .with_user(user)
            .create({"settlement_ids": [Command.set(settlement.ids)], "method": "cash"})
        )
        return self.env["consignment.payout"].browse(wizard.action_pay()["res_id"])

    def _make_all(self):
        """Return a record of each model that records the money of a paid settlement."""
        run = self._settle_by(self.manager)
        settlement = run.settlement_ids
        settlement.with_user(self.manager).action_confirm()
        payout = self._pay_by(self.manager, settlement)
        self.order.picking_ids.move_line_ids.owner_id = False
        difference = self.env["consignment.difference"].search(
            [("article_id", "=", self.article.id)]
        )
        return {
            record._name: record
            for record in (
                self.article.sale_ids,
                settlement,
                settlement.line_ids,
                difference,
                run,
                payout,
            )
        }

    def test_a_manager_settles_confirms_pays_and_reverses(self):
        records = self._make_all()
        settlement = records["consignment.settlement"].with_user(self.manager)
        self.assertEqual(settlement.state, "paid")
        for model in READ_BY_STAFF + READ_BY_MANAGERS:
            self.assertTrue(records[model].with_user(self.manager).has_access("read"), model)
        payments = settlement.sudo().bill_id.matched_payment_ids
        payments.action_draft()
        payments.action_cancel()
        settlement.action_reverse()
        self.assertEqual(settlement.state, "reversed")
        [preview] = self._settle_by(self.manager).settlement_ids
        self.assertTrue(preview.with_user(self.manager).unlink())

    def test_staff_reads_what_it_needs_and_nothing_more(self):
        records = self._make_all()
        for model in READ_BY_STAFF:
            with self.subTest(model):
                own = records[model].with_user(self.staff)
                self.assertTrue(own.has_access("read"))
                self.assertFalse(any(map(own.has_access, ("write", "create", "unlink"))))
        for model in READ_BY_MANAGERS + WIZARDS:
            with self.subTest(model):
                none = self.env[model].with_user(self.staff)
                self.assertFalse(any(map(none.has_access, ("read", "write", "create", "unlink"))))

    def test_confirmations_of_another_company_are_not_seen(self):
        preview = self._settle_by(self.manager).settlement_ids
        jobs = self.env["consignment.confirmation"]
        job = jobs.browse(jobs.with_user(self.manager)._start(preview)["res_id"])
        self.assertEqual((job.state, preview.state), ("done", "confirmed"))
        self.assertTrue(job.with_user(self.manager).has_access("read"))
        self.assertFalse(job.with_user(self.manager).has_access("write"))
        for user in (self.staff, self.foreigner):
            with self.subTest(user.login), self.assertRaises(AccessError):
                job.with_user(user).read(["state"])

    def test_a_dialogue_tells_nobody_what_another_companys_article_is_worth(self):
        article = self._create_stock()
        dialogues = self.env["consignment.article.lose"]
        with self.assertRaises(AccessError):
            dialogues.with_user(self.foreigner).create({"article_id": article.id})
        dialogue = dialogues.with_user(self.manager).create({"article_id": article.id})
        self.assertEqual(dialogue.compensation, article.price * article.share / 100)
        dialogue.sudo().create_uid = self.foreigner  # as one that was opened there
        with self.assertRaises(AccessError):
            dialogue.with_user(self.foreigner).write({"article_id": article.id})

    def test_staff_decides_nothing(self):
        preview = self._settle_by(self.manager).settlement_ids
        own = preview.with_user(self.staff)
        for act in (own.action_confirm, own.action_reverse, own.unlink):
            with self.subTest(act.__name__), self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            self._settle_by(self.staff)
        preview.action_confirm()
        for act in (
            own.action_reverse,
            lambda: self._pay_by(self.staff, preview),
            lambda: (
                self.env["consignment.payout"]
                .with_user(self.staff)
                ._pay(own, "cash", self.env["account.journal"], "2026-01-01")
            ),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertEqual(preview.state, "confirmed")

    def test_a_manager_of_another_company_sees_nothing(self):
        for model, records in self._make_all().items():
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(self.foreigner).search([]) & records)
                with self.assertRaises(AccessError):
                    records.with_user(self.foreigner).read(["id", "display_name"])

    def test_a_manager_of_another_company_decides_nothing(self):
        preview = self._settle_by(self.manager).settlement_ids
        theirs = preview.with_user(self.foreigner)
        for act in (
            theirs.action_confirm,
            theirs.action_reverse,
            theirs.unlink,
            lambda: self._settle_by(self.foreigner),
        ):
            with self.assertRaises(AccessError):
                act()
        preview.action_confirm()
        for act in (theirs.action_reverse, lambda: self._pay_by(self.foreigner, preview)):
            with self.assertRaises(AccessError):
                act()
        self.assertEqual(preview.state, "confirmed")

    def test_nobody_writes_into_settlements_runs_and_payouts(self):
        records = self._make_all()
        changes = {
            "consignment.settlement": {"amount_total": 1000},
            "consignment.settlement.line": {"amount": 1000},
            "consignment.settlement.run": {"last_id": 0, "state": "running"},
            "consignment.payout": {"method": "bank"},
            "consignment.sale": {"amount": 1000},
        }
        for model, values in changes.items():
            with self.subTest(model), self.assertRaises(UserError):
                records[model].with_user(self.manager).write(values)

    def test_staff_prints_settlements_with_their_bills(self):
        settlement = self._settle_by(self.manager).settlement_ids
        settlement.with_user(self.manager).action_confirm()
        staff = self.env["ir.actions.report"].with_user(self.staff)
        html, _kind = staff._render_qweb_html(
            "consignment_portal.report_settlement", settlement.ids
        )
        self.assertTrue(settlement.bill_id.name)
        self.assertIn(settlement.bill_id.name, html.decode())
