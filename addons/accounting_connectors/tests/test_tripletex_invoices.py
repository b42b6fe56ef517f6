from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ..const import SETTLE_SECONDS
from .common import total_of
from .tripletex import CUSTOMER, TripletexCommon


@tagged("post_install", "-at_install")
class TestTripletexInvoices(TripletexCommon, TransactionCase):
    def _invoice_of(self, price, tax, **values):
        line = {"name": "Tea", "quantity": 2, "price_unit": price, **values}
        move = self._create_invoice(post=False)
        move.invoice_line_ids = [
            Command.clear(),
            Command.create(line | {"tax_ids": [Command.set(tax.ids)]}),
        ]
        move.action_post()
        return move

    # --- in two steps ---

    def test_an_invoice_is_an_order_with_our_key_that_is_then_invoiced(self):
        move = self._create_invoice()
        export = self._send(move)
        order, invoice = self._only(self.there.orders), self._only(self.there.invoices)
        self.assertEqual((order["reference"], order["invoiceComment"]), (export.key, move.name))
        self.assertEqual(str(order["customer"]["id"]), CUSTOMER)
        self.assertEqual(export.external_id, str(invoice["id"]))
        self.assertEqual(export.external_number, str(invoice["invoiceNumber"]))
        self.assertEqual(Decimal(str(invoice["amountCurrency"])), total_of(move))
        self.assertFalse(export.reason)

    def test_tripletex_is_told_to_send_nothing_to_the_customer(self):
        self._send(self._create_invoice())
        (asked,) = self._asked("PUT", "/:invoice")
        self.assertEqual(parse_qs(asked["query"])["sendToCustomer"], ["false"])

    def test_tripletex_sends_what_it_invoices_once_where_the_company_wants_it(self):
        self.backend.sender = "provider"
        self.there.customers[int(CUSTOMER)]["email"] = "faktura@example.com"
        export = self._export()
        outcome = self._run_after_accident(export, None, None, None, "drop_after")
        self.assertEqual((outcome, export.delivery), ("sent", "done"))
        self.assertEqual(
            self.there.mails, [{"invoice": int(export.external_id), "to": "faktura@example.com"}]
        )

    def test_a_credit_note_is_sent_to_the_customers_address_here(self):
        self.backend.sender = "provider"
        self.partner.email = "Anna <anna@example.com>"
        self.there.customers[int(CUSTOMER)]["email"] = "faktura@example.com"
        move = self._create_invoice()
        self._send(move)
        self._send(self._credit(move))
        self.assertEqual(
            [one["to"] for one in self.there.mails], ["faktura@example.com", "anna@example.com"]
        )

    def test_a_customer_without_an_address_is_told_and_nothing_is_invoiced(self):
        self.backend.sender = "provider"
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        self.assertIn("e-postadresse", export.reason)
        self.assertFalse(self.there.invoices)

    def test_vat_types_and_currencies_are_asked_for_once(self):
        document = self._export()._build()
        for _time in range(2):
            self.provider.render(document)
        self.assertEqual(len(self.there.requests), 2)

    def test_an_order_whose_answer_was_lost_is_found_by_its_reference_and_invoiced(self):
        for fault in ("drop_after", "error_after"):
            with self.subTest(fault):
                self.there.orders.clear()
                self.there.invoices.clear()
                export = self._export()
                outcome = self._run_after_accident(export, None, None, fault)
                self.assertEqual(outcome, "sent")
                self.assertEqual((len(self.there.orders), len(self.there.invoices)), (1, 1))

    def test_an_order_that_never_arrived_is_created(self):
        outcome = self._run_after_accident(self._export(), None, None, "drop_before")
        self.assertEqual(outcome, "sent")
        self.assertEqual((len(self.there.orders), len(self.there.invoices)), (1, 1))

    def test_an_invoice_whose_answer_was_lost_is_found_by_its_order(self):
        outcome = self._run_after_accident(self._export(), None, None, None, "drop_after")
        self.assertEqual(outcome, "sent")
        self.assertEqual(len(self._asked("PUT", "/:invoice")), 1)
        self.assertEqual((len(self.there.orders), len(self.there.invoices)), (1, 1))

    def test_an_order_that_was_not_invoiced_is_invoiced_and_never_created_again(self):
        export = self._export()
        outcome = self._run_after_accident(export, None, None, None, "drop_before")
        self.assertEqual(outcome, "sent")
        self.assertEqual(len(self._asked("POST", "/order")), 1)
        self.assertEqual(export.notes["order"], self._only(self.there.orders)["id"])

    def test_the_orders_id_is_kept_before_it_is_invoiced(self):
        export = self._export()
        seen, invoice_order = [], self.there.invoice_order

        def look(request, number):
            self.env.cr.execute("SELECT notes FROM accounting_export WHERE id = %s", [export.id])
            seen.append(self.env.cr.fetchone()[0])
            return invoice_order(request, number)

        self.there.invoice_order = look
        self._run(export)
        self.assertEqual([notes["order"] for notes in seen], list(self.there.orders))

    def _refuse_to_invoice(self, move):
        """Return an export whose order is there, and was not invoiced for lack of an account."""
        self.there.switches["bank_account"] = False
        export = self._export(move)
        self.assertEqual(self._run(export), "failed")
        self.there.switches["bank_account"] = True
        return export

    def test_an_invoice_changed_since_its_order_was_created_is_sent_as_it_is_now(self):
        move = self._create_invoice()
        export = self._refuse_to_invoice(move)
        move.button_draft()
        move.invoice_line_ids[:1].write({"name": "Coffee", "price_unit": 12})
        move.action_post()
        export.action_retry()
        self.assertEqual(self._run(export), "sent")
        order, invoice = self._only(self.there.orders), self._only(self.there.invoices)
        self.assertEqual(order["orderLines"][0]["description"], "Coffee")
        self.assertEqual(Decimal(str(invoice["amountCurrency"])), total_of(move))

    def test_a_customer_linked_anew_since_the_order_was_created_gets_the_invoice(self):
        export = self._refuse_to_invoice(self._create_invoice())
        self.backend.link_ids.external_id = "70002"
        export.action_retry()
        self.assertEqual(self._run(export), "sent")
        self.assertEqual(self._only(self.there.invoices)["customer"]["id"], 70002)
        self.assertFalse(export.reason)

    def test_an_invoice_is_found_where_the_customer_was_linked_anew_since(self):
        export = self._export()
        self.there.faults.planned.extend([None, None, None, "drop_after"])
        self._run(export)
        self.there.faults.planned.clear()
        self.backend.link_ids.external_id = "70002"
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
            self.assertEqual(self._run(export), "sent")
        self.assertEqual(len(self.there.invoices), 1)
        self.assertIn("not 70002", export.reason)

    def test_an_order_that_a_person_invoiced_on_an_earlier_day_is_taken_over(self):
        export = self._refuse_to_invoice(self._create_invoice())
        params = {"invoiceDate": "2026-11-02", "sendToCustomer": "false"}
        self.provider._write("PUT", f"/order/{export.notes['order']}/:invoice", params=params)
        export.action_retry()
        self.assertEqual(self._run(export), "sent")
        self.assertEqual(len(self.there.invoices), 1)

    def test_references_are_compared_whole(self):
        document = self._export()._build()
        other = self.provider.render(document) | {"reference": document.key[:-1]}
        self.provider._write("POST", "/order", body=other)
        self.assertIsNone(self.provider.find_invoice(document, _Notes()))

    def test_an_order_is_found_among_many(self):
        document = self._export()._build()
        body = self.provider.render(document)
        for number in range(4):
            self.provider._write("POST", "/order", body=body | {"reference": f"other {number}"})
        self.provider._write("POST", "/order", body=body)
        notes = _Notes()
        with self._lists_of(2):
            self.assertIsNone(self.provider.find_invoice(document, notes))
        self.assertEqual(self.there.orders[notes["order"]]["reference"], document.key)

    def test_an_order_that_was_deleted_there_is_created_anew(self):
        self.there.switches["bank_account"] = False
        export = self._export()
        self._run(export)
        self.there.orders.clear()
        self.there.switches["bank_account"] = True
        export.action_retry()
        self.assertEqual(self._run(export), "sent")
        self.assertEqual(len(self.there.invoices), 1)

    # --- amounts ---

    def test_a_discount_is_sent_as_a_percentage(self):
        move = self._invoice_of(100, self.tax, discount=12.5)
        export = self._send(move)
        (line,) = self._only(self.there.orders)["orderLines"]
        self.assertEqual((line["count"], line["discount"]), (2, 12.5))
        self.assertEqual(export.external_total, 218.75)

    def test_prices_with_tax_are_sent_as_such(self):
        tax = self._tax(15, "31", price_include_override="tax_included")
        export = self._send(self._invoice_of(115, tax))
        order = self._only(self.there.orders)
        self.assertTrue(order["isPrioritizeAmountsIncludingVat"])
        self.assertEqual(order["orderLines"][0]["unitPriceIncludingVatCurrency"], 115)
        self.assertEqual(export.external_total, 230)
        self.assertFalse(export.reason)

    def test_no_tax_and_a_tax_of_nothing_are_different_vat_types(self):
        for tax, vat_type in ((self._tax(0, "5"), 5), (self.tax.browse(), 7)):
            with self.subTest(vat_type):
                self.there.orders.clear()
                export = self._send(self._invoice_of(50, tax))
                (line,) = self._only(self.there.orders)["orderLines"]
                self.assertEqual((line["vatType"], export.external_total), ({"id": vat_type}, 100))

    def test_a_foreign_currency_is_named_by_its_id(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        export = self._send(self._create_invoice((2, 10), currency_id=euro.id))
        invoice = self._only(self.there.invoices)
        self.assertEqual((invoice["currency"]["code"], invoice["amountCurrency"]), ("EUR", 25))
        found = self.provider.fetch_invoice(export.external_id)
        self.assertEqual((found.currency, found.total, found.balance), ("EUR", 25, 25))

    def test_numbers_as_text_and_missing_values_are_read_all_the_same(self):
        self.there.switches["odd_types"] = True
        move = self._create_invoice()
        export = self._send(move)
        found = self.provider.fetch_invoice(export.external_id)
        self.assertEqual((found.total, found.number), (total_of(move), export.external_number))
        self.assertEqual(found.fingerprint, export.fingerprint)
        self.assertEqual(self.provider.fetch_customer(CUSTOMER).email, "")
        self.assertFalse(export.reason)

    # --- credit notes ---

    def test_a_whole_invoice_is_credited_by_tripletex_itself(self):
        invoice = self._create_invoice()
        sent = self._send(invoice)
        credit = self._credit(invoice)
        export = self._export(credit)
        shown = self.provider.render(export._build())
        self.assertEqual((shown["creditNoteOf"], shown["comment"]), (sent.external_id, credit.name))
        self.assertEqual(self._run(export), "sent")
        self.assertEqual(len(self.there.orders), 1)
        kept = self.there.invoices[int(export.external_id)]
        self.assertEqual(str(kept["creditedInvoice"]), sent.external_id)
        self.assertEqual((kept["isCreditNote"], kept["comment"]), (True, credit.name))
        self.assertEqual(Decimal(str(kept["amountCurrency"])), -total_of(credit))
        self.assertEqual(self.provider.fetch_invoice(sent.external_id).balance, 0)
        self.assertFalse(export.reason)

    def test_a_part_is_credited_by_an_order_that_counts_below_nothing(self):
        invoice = self._create_invoice()
        sent = self._send(invoice)
        export = self._send(self._credit(invoice, quantity=1))
        kept = self.there.invoices[int(export.external_id)]
        self.assertEqual(kept["orderLines"][0]["count"], -1)
        self.assertEqual(kept["amountCurrency"], -12.49)
        self.assertEqual(str(kept["creditedInvoice"]), sent.external_id)

    def test_a_credit_note_without_an_invoice_is_an_order_that_refers_to_none(self):
        export = self._send(self._create_invoice(move_type="out_refund"))
        kept = self.there.invoices[int(export.external_id)]
        self.assertTrue(kept["isCreditNote"])
        self.assertIsNone(kept["creditedInvoice"])

    def test_a_credit_note_whose_answer_was_lost_is_found_by_what_it_credits(self):
        invoice = self._create_invoice()
        self._send(invoice)
        export = self._export(self._credit(invoice))
        self.assertEqual(self._run_after_accident(export, None, "drop_after"), "sent")
        self.assertEqual(len(self.there.invoices), 2)
        self.assertEqual(len(self._asked("PUT", "/:createCreditNote")), 1)

    def test_a_credit_note_that_never_arrived_is_sent_again(self):
        invoice = self._create_invoice()
        self._send(invoice)
        export = self._export(self._credit(invoice))
        self.assertEqual(self._run_after_accident(export, None, "drop_before"), "sent")
        self.assertEqual(len(self.there.invoices), 2)

    # --- payments ---

    def test_payments_are_read_with_what_is_left_to_pay(self):
        export = self._send(self._create_invoice())
        number = export.external_id
        self.assertFalse(list(self.provider.fetch_payments(number)))
        self.there.do_pay(number, 20, "2026-11-22")
        self.there.do_pay(number, 17.46, "2026-11-23")
        paid = list(self.provider.fetch_payments(number))
        self.assertEqual([one.amount for one in paid], [20, Decimal("17.46")])
        self.assertEqual(len({one.external_id for one in paid}), 2)
        self.assertEqual(str(paid[0].date), "2026-11-22")
        self.assertEqual(self.provider.fetch_invoice(number).balance, 0)


class _Notes(dict):
    def save(self):
        """Nothing survives here."""
