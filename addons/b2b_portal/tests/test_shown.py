from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common_orders import B2bOrdersCase


@tagged("post_install", "-at_install")
class TestShown(B2bOrdersCase, TransactionCase):
    """What a member reads over RPC: the record rules alone decide here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_member(cls._create_customer("Stranger"), "stranger")
        cls.colleague = cls._create_member(cls.customer, "colleague", sees="own")

    def _read(self, member, record):
        """Tell whether a member can read a record over RPC, by search and by id."""
        self.env.flush_all()
        self.env.invalidate_all()
        mine = record.with_user(member.user_id).with_context(self.env.context)
        found = mine.search([("id", "in", record.ids)])
        self.assertEqual(bool(found), mine.has_access("read"))
        return bool(found)

    def test_an_order_is_read_by_its_customer_and_by_nobody_else(self):
        order = self._place(self.buyer, shown=1)
        self.assertTrue(self._read(self.buyer, order))
        self.assertTrue(self._read(self.buyer, order.order_line))
        self.assertFalse(self._read(self.stranger, order))
        self.assertFalse(self._read(self.stranger, order.order_line))

    def test_who_sees_only_own_orders_reads_no_order_of_a_colleague(self):
        order, own = self._place(self.buyer, shown=1), self._place(self.colleague, shown=2)
        self.assertFalse(self._read(self.colleague, order))
        self.assertFalse(self._read(self.colleague, order.order_line))
        self.assertTrue(self._read(self.colleague, own))
        self.assertTrue(self._read(self.buyer, own))

    def test_carts_and_drafts_are_not_read_not_even_by_who_fills_them(self):
        cart = self._fill_cart(self.buyer, shown=1)
        draft = self._quote()
        for order in (cart.with_user(self.env.user).sudo(False), draft):
            self.assertFalse(self._read(self.buyer, order))
            self.assertFalse(self._read(self.buyer, order.order_line))

    def test_a_quotation_is_read_once_it_was_sent(self):
        quotation = self._quote(state="sent")
        self.assertTrue(self._read(self.buyer, quotation))
        self.assertFalse(self._read(self.colleague, quotation))
        self.assertFalse(self._read(self.stranger, quotation))

    def test_a_state_that_is_switched_off_hides_its_orders_at_once(self):
        order = self._place(self.buyer, shown=1)
        self._ship(order)
        row = self.env["b2b.status"]._get_by_key(self.company)["shipped"]
        row.visible = False
        self.assertFalse(self._read(self.buyer, order))
        self.assertFalse(self._read(self.buyer, order.picking_ids))
        row.visible = True
        self.assertTrue(self._read(self.buyer, order))

    def test_a_cancelled_order_is_not_shown_unless_the_shop_shows_them(self):
        order = self._place(self.buyer, shown=1)
        order._action_cancel()
        self.assertFalse(self._read(self.buyer, order))
        self.env["b2b.status"]._get_by_key(self.company)["cancelled"].visible = True
        self.assertTrue(self._read(self.buyer, order))

    def test_an_invoice_is_read_by_its_customer_once_it_is_posted(self):
        order = self._place(self.buyer, shown=1)
        self._ship(order)
        invoice = self._invoice(order, post=False)
        self.assertFalse(self._read(self.buyer, invoice))
        invoice.action_post()
        for record in (invoice, invoice.line_ids):
            self.assertTrue(self._read(self.buyer, record))
            self.assertFalse(self._read(self.stranger, record))
            self.assertFalse(self._read(self.colleague, record))

    def test_who_sees_only_own_orders_reads_their_invoices_and_credit_notes(self):
        order = self._place(self.colleague, shown=1)
        self._ship(order)
        invoice = self._invoice(order)
        self.assertTrue(self._read(self.colleague, invoice))
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        credit.action_post()
        self.assertTrue(self._read(self.colleague, credit))

    def test_vendor_bills_are_read_by_no_customer(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-01-31",
                "invoice_line_ids": [Command.create({"name": "Fish", "price_unit": 9})],
            }
        )
        bill.action_post()
        self.assertFalse(self._read(self.buyer, bill))
        self.assertFalse(self._read(self.buyer, bill.line_ids))

    def test_staff_and_portal_users_of_other_kinds_read_as_before(self):
        quotation = self._quote()
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_manager")
        self.assertTrue(quotation.with_user(seller).has_access("read"))
        guest = new_test_user(self.env, "guest", groups="base.group_portal")
        theirs = self._quote(partner=guest.partner_id)
        self.assertTrue(theirs.with_user(guest).has_access("read"))
        self.assertFalse(quotation.with_user(guest).has_access("read"))

    def test_no_member_writes_to_an_order_over_rpc(self):
        order = self._place(self.buyer, shown=1)
        for values in ({"b2b_status": "delivered"}, {"note": "cheaper"}, {"b2b_stage": "cart"}):
            with self.subTest(values), self.assertRaises(AccessError):
                order.with_user(self.buyer.user_id).write(values)
