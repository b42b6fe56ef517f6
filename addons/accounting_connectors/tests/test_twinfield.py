import datetime
from decimal import Decimal
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..exceptions import Ambiguous, NotFound, Refused, Unavailable
from ..providers.gate import Gate
from . import standin
from .common import ConnectorCommon

SETTINGS = {
    "client_id": "standin-client",
    "client_secret": "standin-secret",
    "office": "NLA000001",
    "daybook": "VRK",
    "debtors": "1300",
    "destiny": "final",
}


@tagged("post_install", "-at_install")
class TestTwinfield(standin.StandInCase, ConnectorCommon, TransactionCase):
    def setUp(self):
        super().setUp()
        self.there = self.enterContext(standin.serve("twinfield"))
        self.backend = self._create_twinfield()
        self.provider = self.backend._connect()
        self.addCleanup(self._check_requests)

    def _create_twinfield(self):
        backend = self.env["accounting.backend"].create(
            {
                "name": "Twinfield",
                "provider": "twinfield",
                "base_url": self.there.url,
                "auth_url": self.there.url,
            }
        )
        for setting in backend.setting_ids:
            setting.value = SETTINGS[setting.name]
        self.env.flush_all()
        standin.agree(backend)
        self.tax.amount = 21
        self.env["accounting.partner.link"].create(
            {"backend_id": backend.id, "partner_id": self.partner.id, "external_id": "1000"}
        )
        self.env["accounting.tax.map"].create(
            {"backend_id": backend.id, "tax_id": self.tax.id, "code": "VH"}
        )
        self.env["accounting.account.map"].create(
            {
                "backend_id": backend.id,
                "account_id": self.company_data["default_account_revenue"].id,
                "code": "8000",
            }
        )
        return backend

    def _check_requests(self):
        """Hold everything that a test sent against the published contract."""
        contract = standin.load_contract("twinfield")
        found = [one for entry in self.there.requests for one in contract.find_problems(entry)]
        self.assertFalse(found)

    def _sent(self):
        """Return the only transaction there is."""
        (kept,) = self.there.books.transactions.values()
        return kept

    # --- connecting ---

    def test_connecting_asks_consent_with_a_nonce_and_keeps_where_the_books_are(self):
        self.assertEqual((self.backend.state, self.backend.remote_company),
                         ("connected", "Proefbedrijf B.V."))  # fmt: skip
        url = self.provider.get_consent_url("https://me.example/back", "s")
        asked = parse_qs(urlsplit(url).query)
        self.assertTrue(asked["nonce"][0])
        self.assertIn("offline_access", asked["scope"][0].split())
        tokens = self.provider.backend.get_tokens()
        self.assertEqual(tokens["cluster"], f"{self.there.url}/cluster")

    def test_the_way_back_stays_the_same_when_odoo_gets_another_address_meanwhile(self):
        self.backend._forget_connection()
        page = self.backend.action_connect()["url"]
        self.env["ir.config_parameter"].set_param("web.base.url", "https://other.example")
        code, state = standin.agree_at(page)
        self.assertEqual(self.backend._receive_consent(code, state), self.backend)
        self.assertEqual(self.backend.state, "connected")

    def test_how_invoices_are_posted_is_changed_without_connecting_anew(self):
        settings = self.backend.setting_ids.grouped("name")
        settings["destiny"].value = "temporary"
        settings["daybook"].value = "SLS"
        self.env.flush_all()
        self.assertEqual(self.backend.state, "connected")
        export = self._export()
        self.assertEqual(self._run(export), "sent")
        self.assertEqual((self._sent()["code"], self._sent()["location"]), ("SLS", "temporary"))
        settings["office"].value = "OTHER"
        self.env.flush_all()
        self.assertEqual(self.backend.state, "draft")

    def test_a_company_the_user_may_not_see_is_told_with_those_that_exist(self):
        self.backend.setting_ids.filtered(lambda one: one.name == "office").plain = "OTHER"
        with self.assertRaisesRegex(Refused, "no company OTHER; there are: NLA000001"):
            self.backend._connect().fetch_company()

    def test_tokens_that_ended_are_renewed_once_and_the_call_is_sent_again(self):
        self.there.expire()
        self.assertEqual(self.provider.fetch_customer("1000").name, "Bloemen & Zo B.V.")
        self.assertEqual(len(self.there.access), 1)

    def test_a_cluster_that_cannot_be_asked_for_loses_no_refresh_token(self):
        tokens = self.provider.backend.get_tokens()
        with patch.object(type(self.provider), "_ask_cluster", side_effect=Unavailable("x")):
            fresh = self.provider.renew(tokens)
        self.assertEqual(fresh["cluster"], tokens["cluster"])
        self.assertIn(fresh["refresh_token"], self.there.refresh)

    # --- customers ---

    def test_a_supplier_is_told_from_a_customer_and_nobody_from_both(self):
        self.assertEqual(self.provider.fetch_customer("1000").kind, "customer")
        self.assertEqual(self.provider.fetch_customer("2000").kind, "supplier")
        self.assertFalse(self.provider.fetch_customer("1002").active)
        with self.assertRaises(NotFound):
            self.provider.fetch_customer("9999")

    def test_customers_are_searched_by_name_and_come_with_their_organisation_number(self):
        found = list(self.provider.search_customers(name="vries"))
        self.assertEqual([one.organisation_number for one in found], ["87654321"])
        self.assertEqual(len(list(self.provider.search_customers())), 3)

    def test_a_customer_is_created_and_then_updated_in_place(self):
        values = {
            "name": "Nieuw & Co", "organisation_number": "11223344", "vat": "NL001122334B01",
            "email": "a@example.com", "street": "Dam 1", "zip": "1012", "city": "Amsterdam",
            "country_code": "NL", "currency": "EUR", "is_company": True, "reference": "partner-7",
        }  # fmt: skip
        created = self.provider.push_customer(values)
        changed = self.provider.push_customer(values | {"city": "Delft"}, created.external_id)
        self.assertEqual((created.name, created.city), ("Nieuw & Co", "Amsterdam"))
        self.assertEqual((changed.external_id, changed.city), (created.external_id, "Delft"))

    # --- invoices ---

    def test_an_invoice_becomes_a_balanced_transaction_of_its_customer(self):
        move = self._create_invoice((3, 9.99), (1, 100))
        export = self._export(move)
        self.assertEqual(self._run(export), "sent")
        kept = self._sent()
        self.assertEqual((kept["customer"], kept["side"], kept["location"]),
                         ("1000", "debit", "final"))  # fmt: skip
        self.assertEqual(kept["total"], Decimal(str(move.amount_total)))
        self.assertEqual(kept["header"]["invoicenumber"], move.name)
        self.assertEqual([row["value"] for row in kept["rows"]], [Decimal("29.97"), 100])
        self.assertEqual(export.external_id, f"VRK/{kept['number']}")
        self.assertFalse(export.reason)

    def test_a_credit_note_is_booked_on_the_other_side_and_names_its_invoice(self):
        move = self._create_invoice()
        self._run(self._export(move))
        credit = move._reverse_moves([{"invoice_date": move.invoice_date}], cancel=False)
        credit.action_post()
        export = self._export(credit)
        self.assertEqual(self._run(export), "sent")
        kept = self.there.books.transactions[export.external_id]
        self.assertEqual((kept["side"], kept["rows"][0]["debitcredit"]), ("credit", "debit"))
        self.assertEqual(kept["header"]["freetext2"], move.accounting_export_ids.external_id)
        self.assertEqual(export.external_total, -float(kept["total"]))
        self.assertFalse(export.reason)

    def test_discounts_negative_rows_and_foreign_currency_keep_the_total(self):
        self.env.ref("base.USD").active = True
        move = self._create_invoice((3, 10), (1, -4.55), post=False,
                                    currency_id=self.env.ref("base.USD").id)  # fmt: skip
        move.invoice_line_ids[0].discount = 15
        move.action_post()
        self.assertEqual(self._run(self._export(move)), "sent")
        kept = self._sent()
        self.assertEqual(kept["header"]["currency"], "USD")
        self.assertEqual(kept["total"], Decimal(str(move.amount_total)))
        self.assertEqual([row["debitcredit"] for row in kept["rows"]], ["credit", "debit"])

    def test_tax_included_in_prices_and_tax_rounded_for_the_whole_still_balance(self):
        self.env.company.tax_calculation_rounding_method = "round_globally"
        self.tax.price_include_override = "tax_included"
        move = self._create_invoice(*[(1, 0.99)] * 7)
        export = self._export(move)
        self.assertEqual(self._run(export), "sent", export.reason)
        kept = self._sent()
        self.assertEqual(kept["total"], Decimal(str(move.amount_total)))
        tax = sum(row["vatvalue"] for row in kept["rows"])
        self.assertEqual(tax, Decimal(str(move.amount_tax)))

    def test_a_row_without_tax_goes_without_a_vat_code(self):
        move = self._create_invoice(post=False)
        move.invoice_line_ids.tax_ids = [Command.clear()]
        move.action_post()
        self.assertEqual(self._run(self._export(move)), "sent")
        self.assertEqual([row["vatcode"] for row in self._sent()["rows"]], [""])

    def test_an_error_on_an_inner_node_of_a_success_is_a_refusal_with_its_words(self):
        self.backend.account_map_ids.code = "3001"
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        self.assertIn("Grootboekrekening 3001 bestaat niet", export.reason)
        self.assertFalse(self.there.books.transactions)

    def test_a_closed_period_is_told_in_twinfields_words(self):
        export = self._export(self._create_invoice(invoice_date="2024-12-31"))
        self.assertEqual(self._run(export), "failed")
        self.assertIn("Tijdvak 2024/12 is afgesloten", export.reason)

    def test_an_unknown_way_to_post_is_refused_before_anything_is_sent(self):
        self.backend.setting_ids.filtered(lambda one: one.name == "destiny").plain = "perhaps"
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        self.assertIn("temporary or final", export.reason)

    # --- exactly once ---

    def test_an_answer_lost_after_acceptance_is_found_by_number_and_key(self):
        export = self._export()
        self._lose_answer(export, "drop_after")
        self.assertEqual((export.state, len(self.there.books.transactions)), ("sent", 1))
        self.assertEqual(export.external_id, f"VRK/{self._sent()['number']}")

    def test_a_request_lost_before_acceptance_is_sent_again_after_looking(self):
        export = self._export()
        self._lose_answer(export, "error_before")
        self.assertEqual((export.state, len(self.there.books.transactions)), ("sent", 1))

    def test_a_transaction_of_the_same_number_with_another_key_is_not_ours(self):
        export = self._export()
        self._lose_answer(export, "drop_after", change={"freetext1": "another"})
        self.assertEqual(len(self.there.books.transactions), 2)

    def test_another_day_book_meanwhile_hides_nothing_that_was_sent(self):
        export = self._export()
        self.there.faults.configure({"planned": ["drop_after"]})
        self._run(export)
        self.backend.setting_ids.filtered(lambda one: one.name == "daybook").value = "SLS"
        self.env["ir.config_parameter"].set_param("accounting_connectors.settle_seconds", "0")
        self.assertEqual(self._run(export), "sent")
        self.assertEqual(export.external_id, f"VRK/{self._sent()['number']}")

    def test_without_free_texts_number_customer_and_total_tell_that_it_is_ours(self):
        export = self._export()
        self._lose_answer(export, "drop_after", change={"freetext1": ""})
        self.assertEqual(len(self.there.books.transactions), 1)

    def _lose_answer(self, export, fault, change=None):
        """Let the request go wrong, and run again after it has settled."""
        self.there.faults.configure({"planned": [fault]})
        self.assertIsInstance(self._run(export), RetryableJobError)
        self.assertEqual(export.state, "attempting")
        for kept in self.there.books.transactions.values():
            kept["header"] |= change or {}
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("accounting_connectors.settle_seconds", "0")
        self._run(export)

    def test_answers_that_cannot_be_used_are_ambiguous_when_something_was_written(self):
        document = self._export()._build()
        wrapped = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            '<ProcessXmlStringResponse xmlns="http://www.twinfield.com/">'
            "<ProcessXmlStringResult>{}</ProcessXmlStringResult>"
            "</ProcessXmlStringResponse></e:Body></e:Envelope>"
        )
        bomb = "&lt;!DOCTYPE a [&lt;!ENTITY b 'c'>]>&lt;transactions result='1'>&amp;b;&lt;/transactions>"
        short = "&lt;transactions>&lt;transaction result='1'/>&lt;/transactions>"
        inner = [wrapped.format(text) for text in ("nothing", bomb, short)]
        for content in ("<html>", "", "\xff", *inner):
            with (
                self.subTest(content[-60:]),
                patch.object(Gate, "exchange", return_value=content.encode("latin-1")),
                self.assertRaises(Ambiguous),
            ):
                self.provider.push_invoice(document, {})

    def test_a_limit_tells_the_seconds_that_twinfield_wants(self):
        export = self._export()
        self.there.faults.configure({"planned": ["limit"]})
        self.assertEqual(self._run(export).seconds, 1)
        self.assertEqual(export.state, "pending")

    def test_a_change_costs_three_credits_and_a_query_one(self):
        self.there.credits.clear()
        left = self._get_credits_left()
        self.provider.fetch_customer("1000")
        self.assertEqual((len(self.there.credits), left - self._get_credits_left()), (1, 1))
        self._run(self._export())
        self.assertEqual((len(self.there.credits), left - self._get_credits_left()), (4, 4))

    def _get_credits_left(self):
        self.env.invalidate_all()
        limiter = self.env["accounting.limiter"].sudo()
        return limiter._get_calls_left(self.backend, self.provider.limit)

    # --- payments ---

    def test_payments_are_matched_lines_of_that_invoice_and_the_balance_is_twinfields(self):
        export, other = self._export(), self._export(self._create_invoice((1, 1)))
        self._run(export)
        self._run(other)
        self.there.do_pay(export.external_id, 10, "2026-11-21")
        self.there.do_pay(other.external_id, 1, "2026-11-21")
        (payment,) = self.provider.fetch_payments(export.external_id)
        self.assertEqual((payment.amount, payment.currency, payment.date),
                         (Decimal(10), export.move_id.currency_id.name,
                          datetime.date(2026, 11, 21)))  # fmt: skip
        found = self.provider.fetch_invoice(export.external_id)
        self.assertEqual(found.balance, found.total - 10)

    def test_what_changed_since_a_moment_is_listed_by_its_ids(self):
        export = self._export()
        self._run(export)
        now = datetime.datetime.now(datetime.timezone.utc)
        day = datetime.timedelta(days=1)
        self.assertEqual(list(self.provider.fetch_changed(now - day)), [export.external_id])
        self.assertEqual(list(self.provider.fetch_changed(now + day)), [])

    def test_a_deleted_transaction_is_not_found(self):
        export = self._export()
        self._run(export)
        self.there.do_delete(export.external_id)
        for gone in (export.external_id, "nonsense", "VRK/../1"):
            with self.assertRaises(NotFound):
                self.provider.fetch_invoice(gone)

    def test_no_log_line_holds_a_token_or_a_password(self):
        with self.assertLogs(level="DEBUG") as logs:
            self.there.expire()
            self._run(self._export())
        tokens = self.provider.backend.get_tokens()
        for secret in (tokens["access_token"], tokens["refresh_token"], "standin-secret"):
            self.assertFalse([line[:300] for line in logs.output if secret in line])
