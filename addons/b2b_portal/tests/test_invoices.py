from odoo.tests import tagged

from .test_orders_pages import B2bPagesCase


@tagged("post_install", "-at_install")
class TestInvoices(B2bPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_member(cls._create_customer("Stranger"), "stranger")
        cls.colleague = cls._create_member(cls.customer, "colleague", sees="own")

    def _billed(self, **values):
        order = self._place(self.buyer, shown=2)
        self._ship(order)
        return self._invoice(order, **values)

    def test_invoices_are_listed_with_their_state_and_found_by_it(self):
        paid = self._billed()
        self._pay(paid)
        late = self._billed(invoice_date="2026-01-01", invoice_date_due="2026-01-31")
        fresh = self._billed()
        shown = {
            "": (paid, late, fresh),
            "?state=paid": (paid,),
            "?state=overdue": (late,),
            "?state=open": (late, fresh),
            f"?search={late.name}": (late,),
        }
        for query, found in shown.items():
            text = self._text(self._open(self.buyer, f"/b2b/invoices{query}"))
            for invoice in (paid, late, fresh):
                with self.subTest(query, invoice=invoice.name):
                    self.assertEqual(invoice.name in text, invoice in found)

    def test_a_page_tells_lines_payments_and_what_is_open(self):
        invoice = self._billed()
        self._pay(invoice, 25)
        text = self._text(self._open(self.buyer, f"/b2b/invoices/{invoice.id}"))
        for told in ("Pan", "Partly paid", "25.00", "35.00"):
            self.assertIn(told, text)

    def test_a_credit_note_is_shown_and_the_invoice_is_reversed(self):
        invoice = self._billed()
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}], cancel=True)
        self.assertEqual(invoice._get_b2b_invoice_state(), "reversed")
        text = self._text(self._open(self.buyer, f"/b2b/invoices/{invoice.id}"))
        self.assertIn("Reversed", text)
        self.assertIn(f"Credit note {credit.name}", text)

    def test_invoices_of_others_drafts_and_unknown_ones_give_the_same_answer(self):
        invoice, draft = self._billed(), self._billed(post=False)
        token = invoice._portal_ensure_token()
        answers = [
            self._open(self.stranger, f"/b2b/invoices/{invoice.id}"),
            self._open(self.colleague, f"/b2b/invoices/{invoice.id}"),
            self._open(self.buyer, f"/b2b/invoices/{draft.id}"),
            self._open(self.buyer, "/b2b/invoices/2147483647"),
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        for member in (self.stranger, self.colleague):
            answer = self._open(
                member,
                f"/my/invoices/{invoice.id}?access_token={token}&report_type=pdf&download=true",
                allow_redirects=False,
            )
            self.assertTrue(answer.headers["Location"].endswith("/my"))

    def test_the_pdf_that_was_sent_is_the_one_a_customer_downloads(self):
        invoice = self._billed()
        attachment = self.env["ir.attachment"].create(
            {
                "name": "legal.pdf",
                "raw": b"%PDF-1.4 legal",
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        answer = self._open(
            self.buyer, f"/my/invoices/{invoice.id}?report_type=pdf&download=true"
        )
        self.assertEqual(answer.content, attachment.raw)

    def test_an_order_leads_to_its_invoices(self):
        invoice = self._billed()
        order = invoice.line_ids.sale_line_ids.order_id
        answer = self._open(self.buyer, f"/b2b/orders/{order.id}")
        self.assertIn(f'href="/b2b/invoices/{invoice.id}"', answer.text)
