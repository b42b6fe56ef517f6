from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .settling import SettlingCase


@tagged("post_install", "-at_install")
class TestSettlement(SettlingCase, TransactionCase):
    def test_what_was_sold_is_settled_once_and_billed_to_the_cent(self):
        articles = self._create_stock(prices=(40, 12.35))
        self._sell(articles)
        settlement = self._settle()
        self.assertEqual(settlement.consignor_id, self.consignor)
        self.assertEqual(settlement.amount_total, 31.41)
        settlement.action_confirm()
        bill = settlement.bill_id
        self.assertEqual((bill.state, bill.move_type), ("posted", "in_invoice"))
        self.assertTrue(bill.journal_id.is_self_billing)
        self.assertEqual(bill.amount_total, 31.41)
        self.assertEqual(bill.partner_id, self.consignor.partner_id)
        self.assertEqual(settlement.state, "confirmed")
        self.assertEqual(set(articles.sale_ids.mapped("settlement_state")), {"settled"})
        self.assertFalse(self._settle())

    def test_a_preview_settles_nothing_yet_and_is_deleted_without_trace(self):
        article = self._create_stock()
        self._sell(article)
        preview = self._settle()
        self.assertEqual(article.sale_ids.settlement_state, "open")
        self.assertFalse(self._settle(), "one preview at a time")
        preview.unlink()
        self.assertEqual(self._settle().amount_total, 24)

    def test_below_the_minimum_the_balance_is_carried_over_once(self):
        self.shop.minimum_payout = 50
        first, second = self._create_stock(prices=(40, 60))
        self._sell(first)
        carried = self._settle()
        carried.action_confirm()
        self.assertEqual((carried.state, carried.bill_id.id), ("carried", False))
        self.assertFalse(self._settle(), "nothing new")
        self._sell(second)
        settlement = self._settle()
        self.assertEqual(settlement.amount_carried, 24)
        self.assertEqual(settlement.amount_total, 60)
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.amount_total, 60)
        with self.assertRaisesRegex(UserError, "went into"):
            carried.action_reverse()
        settlement.action_reverse()
        carried.action_reverse()
        self.assertEqual(self._settle().amount_total, 60)

    def test_a_carried_balance_is_paid_whatever_the_amount_when_asked(self):
        self.shop.minimum_payout = 50
        self._sell(self._create_stock())
        self._settle().action_confirm()
        settlement = self._settle(pays_all=True)
        settlement.action_confirm()
        self.assertEqual((settlement.state, settlement.amount_total), ("confirmed", 24))

    def test_a_refund_after_payout_is_carried_as_a_debt(self):
        article, other = self._create_stock(prices=(40, 100))
        order = self._sell(article)
        self._settle().action_confirm()
        self._bring_back(order.picking_ids)
        debt = self._settle()
        self.assertEqual(debt.amount_total, -24)
        debt.action_confirm()
        self.assertEqual(debt.state, "carried")
        self._sell(other)
        self.assertEqual(self._settle().amount_total, 36)

    def test_fees_are_charged_as_agreed_at_acceptance(self):
        self.shop.write({"entry_fee": 1, "sale_fee": 2.5})
        articles = self._create_stock(prices=(40, 60))
        self.shop.write({"entry_fee": 9, "sale_fee": 9})
        order = self._sell(articles[0])
        settlement = self._settle()
        self.assertEqual((settlement.amount_fees, settlement.amount_total), (-4.5, 19.5))
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.amount_total, 19.5)
        self._bring_back(order.picking_ids)
        self.assertEqual(self._settle().amount_total, -21.5)

    def test_a_reversed_settlement_opens_its_sales_again(self):
        article = self._create_stock()
        self._sell(article)
        settlement = self._settle()
        settlement.action_confirm()
        settlement.action_reverse()
        self.assertEqual(settlement.state, "reversed")
        self.assertEqual(settlement.bill_id.payment_state, "reversed")
        self.assertEqual(article.sale_ids.settlement_state, "open")
        self.assertEqual(self._settle().amount_total, 24)

    def test_a_bill_that_accounting_reversed_is_not_reversed_twice(self):
        self._sell(self._create_stock())
        settlement = self._settle()
        settlement.action_confirm()
        settlement.bill_id._reverse_moves(
            [{"invoice_date": settlement.bill_id.invoice_date}], cancel=True
        )
        settlement.action_reverse()
        self.assertEqual(len(settlement.bill_id.reversal_move_ids), 1)
        self.assertEqual(self._settle().amount_total, 24)

    def test_a_confirmed_settlements_bill_is_not_changed(self):
        self._sell(self._create_stock())
        settlement = self._settle()
        settlement.action_confirm()
        for change in (settlement.bill_id.button_draft, settlement.bill_id.button_cancel):
            with self.assertRaisesRegex(UserError, "Reverse the settlement"):
                change()
        self.assertEqual(settlement.bill_id.state, "posted")

    def test_a_paid_settlement_is_not_reversed(self):
        article = self._create_stock()
        self._sell(article)
        settlement = self._settle()
        settlement.action_confirm()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=settlement.bill_id.ids
        ).create({})._create_payments()
        self.assertEqual(settlement.state, "paid")
        self.assertEqual(article.sale_ids.settlement_state, "paid")
        with self.assertRaisesRegex(UserError, "is paid"):
            settlement.action_reverse()

    def test_decisions_are_made_once_and_in_order(self):
        self._sell(self._create_stock())
        settlement = self._settle()
        with self.assertRaises(UserError):
            settlement.action_reverse()
        settlement.action_confirm()
        for action in (settlement.action_confirm, settlement.unlink):
            with self.assertRaises(UserError):
                action()

    def test_a_share_given_to_charity_is_billed_by_the_charity(self):
        charity = self._create_consignor("Warm Hands", is_charity=True)
        self.consignor.beneficiary_id = charity
        self._sell(self._create_stock())
        settlement = self._settle()
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.partner_id, charity.partner_id)

    def test_sales_after_the_period_wait_for_the_next_one(self):
        self._sell(self._create_stock())
        self.assertFalse(self._settle(date_to="2020-12-31"))
        self.assertTrue(self._settle())

    def test_a_lost_article_is_compensated_once(self):
        article = self._create_stock()
        wizard = self.env["consignment.article.lose"].create({"article_id": article.id})
        self.assertEqual(wizard.compensation, 24)
        wizard.action_lose()
        self.assertEqual(article.state, "lost")
        self.assertFalse(article.product_id.active)
        settlement = self._settle()
        self.assertEqual(settlement.amount_compensation, 24)
        settlement.action_confirm()
        with self.assertRaisesRegex(UserError, "compensation"):
            article.action_undo_end()
        self.assertFalse(self._settle())

    def test_staff_reads_settlements_and_only_managers_decide(self):
        self._sell(self._create_stock())
        settlement = self._settle()
        manager = new_test_user(self.env, "chief", "consignment_portal.group_consignment_manager")
        self.assertEqual(settlement.with_user(self.staff).amount_total, 24)
        for action in ("action_confirm", "action_reverse", "unlink"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(settlement.with_user(self.staff), action)()
        settlement.with_user(manager).action_confirm()
        self.assertEqual(settlement.state, "confirmed")
        settlement.with_user(manager).action_reverse()
        self.assertEqual(settlement.state, "reversed")


@tagged("post_install", "-at_install")
class TestVat(SettlingCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tax = {"amount": 19, "amount_type": "percent", "country_id": cls.company.country_id.id}
        cls.sale_tax = cls.env["account.tax"].create(
            {**tax, "name": "S", "type_tax_use": "sale", "price_include_override": "tax_included"}
        )
        cls.bill_tax = cls.env["account.tax"].create(
            {
                **tax,
                "name": "P",
                "type_tax_use": "purchase",
                "price_include_override": "tax_excluded",
            }
        )
        cls.shop.write(
            {
                "margin_vat_rate": 19,
                "sale_tax_id": cls.sale_tax.id,
                "bill_tax_id": cls.bill_tax.id,
            }
        )

    def test_margins_show_their_vat_and_bills_none(self):
        article = self._create_stock(prices=(100,))
        self.assertFalse(article.product_id.taxes_id)
        self._sell(article)
        settlement = self._settle()
        self.assertEqual(settlement.amount_commission, 40)
        self.assertEqual(settlement.amount_margin_vat, 6.39)
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.amount_tax, 0)

    def test_agency_shares_the_price_without_vat(self):
        self.shop.vat_mode = "agency"
        article = self._create_stock(prices=(119,))
        self.assertEqual(article.product_id.taxes_id, self.sale_tax)
        self._sell(article)
        settlement = self._settle()
        self.assertEqual((settlement.amount_total, settlement.amount_tax), (60, 0))

    def test_a_registered_consignor_is_paid_vat_on_proceeds_less_commission(self):
        self.consignor.write({"vat_mode": "agency", "is_vat_registered": True})
        articles = self._create_stock(prices=(119, 11.99, 0.99))
        self._sell(articles)
        settlement = self._settle()
        settlement.action_confirm()
        bill = settlement.bill_id
        self.assertEqual(bill.amount_total, settlement.amount_total)
        self.assertEqual(bill.amount_tax, settlement.amount_tax)
        self.assertEqual(len(bill.invoice_line_ids), 2)
        self.assertEqual(bill.amount_untaxed, sum(articles.sale_ids.mapped("consignor_amount")))

    def test_a_carried_balance_is_taxed_when_it_is_paid(self):
        self.consignor.write({"vat_mode": "agency", "is_vat_registered": True})
        self.shop.minimum_payout = 100
        first, second = self._create_stock(prices=(119, 119))
        self._sell(first)
        self._settle().action_confirm()
        self._sell(second)
        settlement = self._settle()
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.amount_total, 142.8)

    def test_a_tax_changed_after_the_preview_stops_the_bill(self):
        self.consignor.write({"vat_mode": "agency", "is_vat_registered": True})
        self._sell(self._create_stock())
        settlement = self._settle()
        self.bill_tax.amount = 7
        with self.assertRaisesRegex(UserError, "taxes were changed"):
            settlement.action_confirm()

    def test_taxes_must_fit_the_prices_they_are_for(self):
        for values in ({"sale_tax_id": self.bill_tax.id}, {"bill_tax_id": self.sale_tax.id}):
            with self.subTest(values), self.assertRaises(UserError):
                self.shop.write(values)


@tagged("post_install", "-at_install")
class TestSettlementRun(SettlingCase, TransactionCase):
    def test_a_run_goes_on_where_it_was_interrupted_and_never_twice(self):
        self.patch(type(self.env["consignment.settlement.run"]), "_get_chunk", lambda self: 1)
        for consignor in (self.consignor, self.other):
            self._sell(self._create_stock(consignor))
        run = self.env["consignment.settlement.run"].create(
            {"shop_id": self.shop.id, "date_to": "2099-01-01"}
        )
        run._work()
        self.assertEqual((run.done_count, run.total_count, run.progress), (1, 2, 50))
        run._work()
        run._work()
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(len(run.settlement_ids), 2)
        self.assertEqual(run._work(), 0)

    def test_only_the_chosen_consignors_are_settled(self):
        for consignor in (self.consignor, self.other):
            self._sell(self._create_stock(consignor))
        wizard = self.env["consignment.settle"].create(
            {
                "shop_id": self.shop.id,
                "date_to": "2099-01-01",
                "consignor_ids": [Command.set(self.other.ids)],
            }
        )
        run = self.env["consignment.settlement.run"].browse(wizard.action_settle()["res_id"])
        self.assertEqual(run.settlement_ids.consignor_id, self.other)


@tagged("post_install", "-at_install")
class TestConfirmation(SettlingCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for consignor in (cls.consignor, cls.other):
            cls._sell(cls._create_stock(consignor))
        cls.previews = cls._settle()

    def setUp(self):
        super().setUp()
        self.patch(type(self.env["consignment.confirmation"]), "_get_chunk", lambda self: 1)

    def _start(self):
        return self.env["consignment.confirmation"].browse(self.previews.action_confirm()["res_id"])

    def test_many_are_confirmed_in_parts_and_go_on_after_an_interruption(self):
        job = self._start()
        self.assertEqual((job.state, job.done_count, job.progress), ("running", 1, 50))
        self.assertEqual(sorted(self.previews.mapped("state")), ["confirmed", "draft"])
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_options: 0)
        self.env["consignment.confirmation"]._cron_work()
        self.assertEqual(set(self.previews.mapped("state")), {"confirmed"})
        self.env["consignment.confirmation"]._cron_work()
        self.assertEqual((job.state, job.progress, job.refusals), ("done", 100, False))
        self.assertEqual(len(self.previews.bill_id), 2)
        self.assertEqual(job._work(), 0)

    def test_one_that_is_refused_is_named_and_does_not_stop_the_others(self):
        first, second = self.previews.sorted("id")
        job = self._start()
        second._confirm()
        while job._work():
            pass
        self.assertEqual(job.state, "done")
        self.assertIn(second.display_name, job.refusals)
        self.assertEqual((first.state, second.state), ("confirmed", "confirmed"))
        self.assertEqual(len(self.previews.bill_id), 2)


@tagged("post_install", "-at_install")
class TestEnded(SettlingCase, TransactionCase):
    def _get_owned(self, article):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", article.product_id.id),
                ("location_id.usage", "=", "internal"),
                ("owner_id", "=", article.consignor_id.partner_id.id),
                ("quantity", ">", 0),
            ]
        )

    def test_a_piece_that_lies_on_a_shelf_is_fetched_from_there(self):
        article = self._create_stock()
        quants = self.env["stock.quant"]
        stock = self.shop.warehouse_id.lot_stock_id
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": stock.id})
        owner = self.consignor.partner_id
        for place, quantity in ((stock, -1), (shelf, 1)):
            quants._update_available_quantity(article.product_id, place, quantity, owner_id=owner)
        article.action_return()
        left = quants.search(
            [("product_id", "=", article.product_id.id), ("location_id", "child_of", stock.id)]
        )
        self.assertFalse(any(left.mapped("quantity")))

    def test_staff_give_articles_back_or_donate_them_and_put_them_back(self):
        for action, state in (("action_return", "returned"), ("action_donate", "donated")):
            article = self._create_stock().with_user(self.staff)
            with self.subTest(state):
                getattr(article, action)()
                self.assertEqual(article.state, state)
                self.assertFalse(self._get_owned(article.sudo()))
                self.assertFalse(article.sudo().product_id.active)
                article.action_undo_end()
                self.assertEqual(article.state, "stock")
                self.assertTrue(self._get_owned(article.sudo()))
                self.assertTrue(article.sudo().product_id.sale_ok)
                self.assertFalse(
                    self.env["consignment.difference"].search([("article_id", "=", article.id)])
                )

    def test_what_is_not_in_the_shop_does_not_leave_it(self):
        article = self._create_stock()
        self._sell(article)
        for action in (article.action_return, article.action_donate, article.action_undo_end):
            with self.assertRaises(UserError):
                action()

    def test_staff_compensate_nobody(self):
        article = self._create_stock()
        with self.assertRaises(AccessError):
            self.env["consignment.article.lose"].with_user(self.staff).create(
                {"article_id": article.id}
            )
        with self.assertRaises(AccessError):
            article.with_user(self.staff).write({"compensation": 1000})

    def test_a_compensation_is_the_price_at_most(self):
        article = self._create_stock()
        wizard = self.env["consignment.article.lose"].create({"article_id": article.id})
        for amount in (-1, 41):
            wizard.compensation = amount
            with self.subTest(amount), self.assertRaises(UserError):
                wizard.action_lose()
