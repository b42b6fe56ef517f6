import datetime
import logging
from unittest.mock import Mock

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..exceptions import NotFound, Refused, Throttled, Unauthorised
from ..providers.tripletex import Tripletex
from .tripletex import BOTH, CUSTOMER, INACTIVE, SUPPLIER, TripletexCommon

VALUES = {
    "name": "Ny Kunde AS",
    "organisation_number": "933333333",
    "vat": "",
    "email": "post@ny.example",
    "street": "Storgata 1",
    "zip": "0155",
    "city": "Oslo",
    "country_code": "NO",
    "currency": "NOK",
    "is_company": True,
    "reference": "odoo-77",
}


@tagged("post_install", "-at_install")
class TestTripletex(TripletexCommon, TransactionCase):
    # --- connecting ---

    def test_connecting_needs_nobodys_consent_and_names_the_company(self):
        self.assertEqual(self.backend.state, "connected")
        self.assertEqual(self.backend.remote_company, "Prøvebedriften AS")

    def test_wrong_tokens_are_told_without_showing_them(self):
        self._fill_in(employee_token="not-the-right-one")
        with self.assertRaisesRegex(UserError, "Ugyldig token") as refused:
            self.backend.action_connect()
        self.assertNotIn("not-the-right-one", str(refused.exception))

    def test_an_ended_session_is_made_anew_and_the_call_repeated(self):
        self.there.expire()
        self.assertEqual(self.provider.fetch_customer(CUSTOMER).external_id, CUSTOMER)
        self.assertEqual(len(self._asked("PUT", "/token/session/:create")), 1)

    def test_sessions_last_until_midnight_in_oslo_and_never_end_at_once(self):
        for now, last_day in (
            ("2026-11-20 12:00", "2026-11-21"),
            ("2026-11-20 22:15", "2026-11-22"),
            ("2026-11-20 23:30", "2026-11-22"),
        ):
            gate = Mock()
            gate.ask.return_value = {"value": {"token": "t"}}
            with self.subTest(now), freeze_time(now):
                tokens = Tripletex(Mock(), gate).renew({})
            self.assertEqual(gate.ask.call_args.kwargs["params"]["expirationDate"], last_day)
            ends = datetime.datetime.fromisoformat(f"{last_day}T00:00+01:00")
            self.assertEqual(tokens["expires_at"], ends.timestamp())

    def test_an_accountants_tokens_reach_the_named_client(self):
        self.backend.link_ids.unlink()
        self._fill_in(company="5077")
        self.backend.action_connect()
        self.assertEqual(self.backend.remote_company, "Klienten AS")

    def test_a_client_the_tokens_do_not_reach_is_refused(self):
        for company in ("5078", "Klienten"):
            self._fill_in(company=company)
            with self.subTest(company), self.assertRaises(UserError):
                self.backend.action_connect()

    def test_no_secret_reaches_a_log_even_where_everything_is_logged(self):
        self._fill_in(company="")
        with self.assertLogs(level=logging.DEBUG) as logged:
            self.backend.action_connect()
            token = self.backend._connect().backend.get_tokens()["token"]
            self.there.expire()
            self.provider.fetch_company()
        text = "\n".join(logged.output)
        self.assertIn("/token/session/:create", text)
        for secret in ("standin-consumer", "standin-employee", token):
            self.assertNotIn(secret, text)

    # --- limits ---

    def test_a_refused_call_waits_as_long_as_the_answer_says(self):
        self.there.faults.planned.append("limit")
        with self.assertRaises(Throttled) as refused:
            self.provider.fetch_customer(CUSTOMER)
        self.assertEqual(refused.exception.seconds, 1)

    def test_a_refused_call_waits_a_while_where_the_answer_does_not_say(self):
        self.there.switches["reset_is_told"] = False
        self.there.faults.planned.append("limit")
        with self.assertRaises(Throttled) as refused:
            self.provider.fetch_customer(CUSTOMER)
        self.assertEqual(refused.exception.seconds, 5)

    def test_nobody_calls_while_nothing_is_left(self):
        self.there.switches["calls"] = len(self.there.calls) + 1
        self.provider.fetch_customer(CUSTOMER)
        limiter = self.env["accounting.limiter"].sudo()
        self.assertEqual(limiter._get_calls_left(self.backend, Tripletex.limit), 0)

    # --- customers ---

    def test_customers_are_found_by_the_id_of_their_page(self):
        found = self.provider.fetch_customer(CUSTOMER)
        self.assertEqual(found.name, "Kaffebønnen AS")
        self.assertEqual(found.organisation_number, "987654321")
        self.assertEqual((found.kind, found.active), ("customer", True))
        self.assertEqual(found.shown_id, "10001")
        self.assertFalse(self.provider.fetch_customer(INACTIVE).active)

    def test_a_supplier_is_told_whether_shown_as_customer_or_missing_there(self):
        for shown in (True, False):
            self.there.switches["suppliers_are_shown"] = shown
            with self.subTest(shown=shown):
                found = self.provider.fetch_customer(SUPPLIER)
                self.assertEqual((found.kind, found.name), ("supplier", "Leverandøren AS"))
                self.assertEqual(self.provider.fetch_customer(BOTH).kind, "both")

    def test_what_is_no_customer_is_not_found(self):
        for number in ("1", "10001", "Kaffe", "1/../2", ""):
            with self.subTest(number), self.assertRaises(NotFound):
                self.provider.fetch_customer(number)

    def test_a_pasted_address_gives_the_customer_and_never_the_company(self):
        page = "https://tripletex.no/execute/customer?contextID=5000"
        self.assertEqual(self.provider.parse_customer_address(f"{page}&customerID=70001"), CUSTOMER)
        with self.assertRaisesRegex(ValueError, "^context$"):
            self.provider.parse_customer_address(page)

    def test_a_search_reads_all_pages(self):
        with self._lists_of(2):
            names = [one.name for one in self.provider.search_customers()]
        self.assertEqual(len(names), 4)
        self.assertNotIn("Hvilende AS", names)
        (one,) = self.provider.search_customers(organisation_number="NO 912 345 678 MVA")
        self.assertEqual(one.external_id, "70002")

    def test_a_customer_is_created_once_however_often_it_is_tried(self):
        first = self.provider.push_customer(VALUES)
        again = self.provider.push_customer(VALUES)
        self.assertEqual(first, again)
        kept = self.there.customers[int(first.external_id)]
        self.assertEqual(kept["organizationNumber"], "933333333")
        self.assertEqual(kept["postalAddress"]["city"], "Oslo")
        self.assertEqual(kept["currency"], {"id": 1})

    def test_a_customer_that_somebody_saves_meanwhile_is_changed_from_what_is_there(self):
        kept = self.there.customers[int(CUSTOMER)]
        original, calls = self.there.update_customer, []

        def save_meanwhile(request, number):
            calls.append(number)
            if len(calls) == 1:
                kept["version"] += 1
            return original(request, number)

        self.there.update_customer = save_meanwhile
        self.provider.push_customer(VALUES, CUSTOMER)
        self.assertEqual(len(calls), 2)
        changed = self.there.customers[int(CUSTOMER)]
        self.assertEqual((changed["name"], changed["version"]), ("Ny Kunde AS", 3))
        self.assertEqual(changed["postalAddress"]["id"], kept["postalAddress"]["id"])

    # --- what is refused ---

    def test_a_vat_type_of_another_percentage_is_refused_before_anything_is_sent(self):
        self.backend.tax_map_ids.code = "31"
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        self.assertIn("VAT type 31 is 15 % in Tripletex, not 25 %", export.reason)
        self.assertFalse(self.there.orders)

    def test_the_preview_shows_what_tripletex_would_refuse(self):
        move = self._create_invoice()
        values = {"backend_id": self.backend.id, "move_ids": move.ids}
        ready = self.env["accounting.preview"].create(values).line_ids
        self.assertEqual(ready.state, "ready")
        self.assertIn('"unitPriceExcludingVatCurrency": 9.99', ready.text)
        self.backend.tax_map_ids.code = "31"
        problem = self.env["accounting.preview"].create(values).line_ids
        self.assertEqual(problem.state, "problem")
        self.assertIn("15 % in Tripletex", problem.problems)
        self.assertFalse(self.there.orders)

    def test_a_preview_of_many_asks_once(self):
        moves = self._create_invoice() + self._create_invoice()
        self.env["accounting.preview"].create(
            {"backend_id": self.backend.id, "move_ids": moves.ids}
        )
        self.assertEqual(len(self.there.requests), 2)

    def test_a_vat_type_or_currency_that_is_not_there_is_named(self):
        document = self._export()._build()
        self.backend.tax_map_ids.code = "99"
        with self.assertRaisesRegex(Refused, "no VAT type 99"):
            self.provider.render(self._export()._build())
        self.there.customers.clear()
        with self.assertRaisesRegex(Refused, "currency JPY"):
            self.provider._get_currency("JPY")
        self.assertEqual(document.customer, CUSTOMER)

    def test_a_company_without_a_bank_account_is_told_what_to_do(self):
        self.there.switches["bank_account"] = False
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        self.assertIn("no bank account", export.reason)
        self.assertIn("try again", export.reason)
        self.there.switches["bank_account"] = True
        export.action_retry()
        self.assertEqual(self._run(export), "sent")
        self.assertEqual((len(self.there.orders), len(self.there.invoices)), (1, 1))

    def test_a_refusal_says_which_field_in_tripletexs_words(self):
        self.there.customers[int(CUSTOMER)]["isInactive"] = True
        export = self._export()
        self._run(export)
        self.assertIn("customer: Kunden er inaktiv.", export.reason)
        self.assertIn("18000", export.reason)

    def test_a_session_that_cannot_be_renewed_asks_a_person(self):
        self._fill_in(consumer_token="withdrawn")
        with self.assertRaises(Unauthorised):
            self.backend._connect().fetch_company()
