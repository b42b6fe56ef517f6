import base64
import contextlib
import json
import re
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import mute_logger

from .common_codes import page_sizes, read_picture
from .common_portal import PortalCommon

MOST_QUERIES = 20
MODELS = (
    "loyalty.account",
    *(f"loyalty.account.{name}" for name in ("lot", "hold", "move", "allocation", "posting")),
    *("loyalty.account.reminder", "loyalty.account.reminder.line"),
)


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """A customer sees their own accounts and their company's, and nobody else's."""

    def test_the_list_shows_own_and_company_accounts_of_all_establishments(self):
        page = self._get("/my/cards").text
        for account in (self.own, self.firms, self.elsewhere):
            self.assertIn(account.name, page)
        for account in (self.private, self.archived, self.account):
            self.assertNotIn(account.name, page)

    def test_no_page_stands_where_odoos_own_tours_look_for_the_addresses(self):
        # They take the first link with "/my/account" in it and "edit" on it; credit has that, too.
        self.assertNotIn("/my/accounts", self._get("/my").text)

    def test_own_and_company_accounts_open(self):
        for account in (self.own, self.firms, self.elsewhere):
            with self.subTest(account.name):
                self.assertIn(account.number, self._page(account))

    def test_a_colleagues_a_strangers_and_an_archived_card_do_not_open(self):
        for account in (self.private, self.account, self.archived):
            with self.subTest(account.name):
                page = self._page(account)
                self.assertNotIn(account.number, page)
                self.assertNotIn(account.name, page)

    def test_a_card_that_does_not_exist_is_answered_like_a_strangers(self):
        answers = {
            self._get(path, allow_redirects=False).headers["Location"]
            for path in (f"/my/cards/{self.private.id}", "/my/cards/2147483647")
        }
        self.assertEqual(len(answers), 1)

    def test_downloads_are_refused_for_cards_of_others(self):
        for account in (self.private, self.account, self.archived):
            for file in ("statement.pdf", "statement.xlsx", "card.pdf"):
                with self.subTest(account=account.name, file=file), mute_logger("odoo.http"):
                    answer = self._get(f"/my/cards/{account.id}/{file}")
                    self.assertEqual(answer.status_code, 404)

    def test_downloads_are_open_for_own_and_company_cards(self):
        for account in (self.own, self.firms):
            for file in ("statement.pdf", "statement.xlsx", "card.pdf"):
                with self.subTest(account=account.name, file=file):
                    answer = self._get(f"/my/cards/{account.id}/{file}")
                    self.assertEqual(answer.status_code, 200)

    def test_the_card_to_print_has_the_size_of_a_bank_card(self):
        ((width, height),) = page_sizes(self._get(f"/my/cards/{self.own.id}/card.pdf").content)
        self.assertAlmostEqual(width, 85.6, delta=0.01)
        self.assertAlmostEqual(height, 54, delta=0.01)

    def test_visitors_are_asked_to_log_in(self):
        for path in ("/my/cards", f"/my/cards/{self.own.id}"):
            answer = self.url_open(path, allow_redirects=False)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_addresses_that_cannot_be_an_id_are_unknown_pages(self):
        for path in ("99999999999999999999", "1%27", "x"):
            with self.subTest(path), mute_logger("odoo.http"):
                self.assertEqual(self._get(f"/my/cards/{path}").status_code, 404)

    def test_a_former_contact_of_the_company_no_longer_sees_its_card(self):
        self.customer.partner_id.parent_id = False
        self.assertNotIn(self.firms.number, self._page(self.firms))

    def test_customers_have_no_right_on_any_model_of_the_ledger(self):
        self.ledger._top_up(self.own, 10)
        for model in MODELS:
            records = self.env[model].with_user(self.customer)
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))
            with self.assertRaises(AccessError):
                records.search([])

    def test_customers_read_and_change_nothing_over_rpc(self):
        self.authenticate("customer", "customer")
        calls = [
            ("read", [[self.own.id], ["note"]]),
            ("search_read", [[["number", "=", self.own.number]]]),
            ("write", [[self.own.id], {"discount": 99}]),
            ("action_block", [[self.own.id]]),
            ("action_send_card", [[self.own.id]]),
            ("_find_portal_account", [self.own.id]),
            ("_read_portal_moves", [[self.own.id]]),
        ]
        for method, args in calls:
            with self.subTest(method), mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/loyalty.account/{method}",
                    data=json.dumps(
                        {
                            "params": {
                                "model": "loyalty.account",
                                "method": method,
                                "args": args,
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertIn("error", answer)
                self.assertNotIn(self.own.number, json.dumps(answer))
        self.assertEqual((self.own.discount, self.own.blocked), (0, False))

    def test_messages_and_files_of_the_staff_stay_with_the_staff(self):
        message = self.own.message_post(body="Pays late", subtype_xmlid="mail.mt_comment")
        file = self.env["ir.attachment"].create(
            {"name": "passport", "raw": b"x", "res_model": "loyalty.account", "res_id": self.own.id}
        )
        for record in (message, file):
            self.assertFalse(record.with_user(self.customer).has_access("read"))


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCommon):
    def _code(self, page):
        picture = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page).group(1)
        return read_picture(base64.b64decode(picture))

    def _receipts(self, page):
        return [int(number) for number in re.findall(r"Receipt (\d+)", page)]

    def test_the_home_page_offers_the_cards_and_counts_them(self):
        self.assertIn("/my/cards", self._get("/my").text)
        counted = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["loyalty_account_count", "order_count"]}
        )
        self.assertEqual(counted["loyalty_account_count"], 3)
        self.assertNotIn(
            "loyalty_account_count", self.make_jsonrpc_request("/my/counters", {"counters": []})
        )

    def test_a_customer_without_a_card_is_told_what_to_do(self):
        text = self._text(self._get("/my/cards", "stranger").text)
        self.assertIn("No card yet", text)
        self.assertIn("Ask for a card at", text)

    def test_an_only_card_opens_at_once(self):
        self._create_card("Only card", self.stranger.partner_id)
        answer = self._get("/my/cards", "stranger")
        self.assertIn("Only card", answer.text)
        self.assertRegex(answer.url, r"/my/cards/\d+$")

    def test_the_code_on_the_page_is_read_back_in_every_symbology(self):
        self.own.number = "2900000000018"
        for wish, read in (("code128", "CODE-128"), ("ean13", "EAN-13"), ("qr", "QR-Code")):
            self.company.loyalty_symbology = wish
            with self.subTest(wish):
                self.assertEqual(self._code(self._page(self.own)), {(read, "2900000000018")})

    def test_the_page_shows_credit_reservation_discount_and_expiry(self):
        self.own.write({"discount": 12.5, "expiry_date": date(2099, 12, 31)})
        with freeze_time("2026-11-22"):
            self.ledger._top_up(self.own, 80)
            self.ledger._top_up(self.own, 5, expiry_date=date(2098, 1, 31))
        self.ledger._hold(self.own, 20)
        text = self._text(self._page(self.own))
        for part in (
            *("85.00", "20.00", "65.00", "12.5 %", "December 31, 2099"),
            *("5.00 expires on January 31, 2098", "Reserved for your orders"),
        ):
            self.assertIn(part, text)

    def test_movements_tell_what_they_were_for(self):
        self.ledger._top_up(self.own, 30)
        order = self.env["sale.order"].create({"partner_id": self.customer.partner_id.id})
        order.action_confirm()
        foreign = self.env["sale.order"].create({"partner_id": self.partner.id})
        foreign.action_confirm()
        self.ledger._charge(self.own, 7, document=order)
        self.ledger._charge(self.own, 2, document=foreign)
        page = self._page(self.own)
        text = self._text(page)
        for part in ("Top-up", "Payment", order.name, foreign.name, self.company.name, "21.00"):
            self.assertIn(part, text)
        self.assertIn(f'href="/my/orders/{order.id}"', page)
        self.assertNotIn(f'href="/my/orders/{foreign.id}"', page, "not theirs to open")

    def test_reservations_and_reasons_of_the_staff_are_no_movements(self):
        self.ledger._top_up(self.own, 30)
        self.ledger._hold(self.own, 20)
        self.ledger._adjust(self.own, -1, note="typed wrongly by Bob")
        text = self._text(self._page(self.own))
        self.assertIn("Manual entry", text)
        self.assertNotIn("typed wrongly", text)
        self.assertEqual(text.count("Reserved"), 1, "only as an amount")

    def test_a_blocked_card_says_so_but_not_why(self):
        self.own.write({"blocked": True, "block_reason": "suspected fraud", "note": "careful"})
        page = self._page(self.own)
        self.assertIn("This card is blocked", page)
        for secret in ("suspected fraud", "careful", "data:image/png"):
            self.assertNotIn(secret, page)

    def test_an_expired_card_says_since_when(self):
        self.own.expiry_date = date(2020, 1, 31)
        text = self._text(self._page(self.own))
        self.assertIn("was valid until January 31, 2020", text)

    def test_names_cannot_bring_markup_along(self):
        self.own.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>alert(1)", self._page(self.own))

    def test_movements_come_twenty_to_a_page_the_newest_first(self):
        self._insert_moves(self.own, 45)
        self.assertEqual(self._receipts(self._page(self.own)), list(range(45, 25, -1)))
        last = self._page(self.own, query="/page/3")
        self.assertEqual(self._receipts(last), [5, 4, 3, 2, 1])
        beyond = self._page(self.own, query="/page/99999")
        self.assertEqual(self._receipts(beyond), [5, 4, 3, 2, 1])

    def test_days_filter_the_movements_in_the_users_time_zone(self):
        self._insert_moves(self.firms, 48, day="2026-03-01")
        self.customer.tz = "Europe/Amsterdam"
        page = self._page(self.firms, query="?date_begin=2026-03-02&date_end=2026-03-02")
        # In winter, that day begins at 23:00 UTC of the day before.
        self.assertEqual(self._receipts(page), list(range(46, 26, -1)))
        (second,) = set(re.findall(r'href="[^"]*(/page/2\?[^"]+)"', page))
        rest = self._page(self.firms, query=second.replace("&amp;", "&"))
        self.assertEqual(self._receipts(rest), [26, 25, 24, 23])

    def test_days_that_are_none_are_answered_with_what_to_do(self):
        for query, sentence in (
            ("?date_begin=yesterday", "Enter days as year-month-day"),
            ("?date_begin=2026-02-02&date_end=2026-02-01", "must not lie after"),
        ):
            with self.subTest(query):
                self.assertIn(sentence, self._page(self.own, query=query))

    def test_an_account_without_movements_says_what_to_do(self):
        self.assertIn("Show your card when you pay", self._page(self.own))

    def test_no_page_takes_more_queries_with_ten_thousand_movements(self):
        self._insert_moves(self.own, 10)
        self._insert_moves(self.firms, 10_000)
        counts = {}
        for path in ("/my/cards", *(f"/my/cards/{one.id}" for one in self.own | self.firms)):
            self._get(path)  # fills the caches that all requests share
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.url_open(path).status_code, 200)
            counts[path] = self.env.cr.sql_log_count - before
        _list, few, many = counts.values()
        self.assertEqual(few, many)
        self.assertLessEqual(max(counts.values()), MOST_QUERIES)


@tagged("post_install", "-at_install")
class TestPortalScreen(PortalCommon):
    """What a scanner sees that looks at a phone."""

    browser_size = "390x844"
    touch_enabled = True

    @contextlib.contextmanager
    def start_browser(self):
        """Give a logged in browser, as ``browser_js`` does, and end it."""
        browser = ChromeBrowser(self)
        with self.allow_requests(browser=browser):
            self.authenticate("customer", "customer", browser=browser)
            # The pages need no script; without, nothing goes on while pictures are taken.
            browser._websocket_request(
                "Emulation.setScriptExecutionDisabled", params={"value": True}
            )
            try:
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()

    def _open(self, browser, path):
        self.cr.flush()
        self.cr.clear()
        browser.navigate_to("about:blank")  # a "#" alone would not load the page again
        browser.navigate_to(self.base_url() + path, wait_stop=True)
        browser._wait_ready("document.querySelector('.o_loyalty_code img').complete")

    def _shoot(self, browser):
        shot = browser._websocket_request("Page.captureScreenshot")
        return base64.b64decode(shot["data"])

    def _measure(self, browser):
        """Return how wide the code is shown, in millimetres of a phone's own scale."""
        code = "document.querySelector('.o_loyalty_code img').clientWidth"
        answer = browser._websocket_request("Runtime.evaluate", params={"expression": code})
        return answer["result"]["value"] / 96 * 25.4

    def test_the_code_is_scanned_from_a_phones_screen_and_wide_enough(self):
        self.own.number = "2900000000018"
        with self.start_browser() as browser:
            for wish, read in (("code128", "CODE-128"), ("ean13", "EAN-13"), ("qr", "QR-Code")):
                self.company.loyalty_symbology = wish
                for view in ("", "#code"):
                    with self.subTest(symbology=wish, view=view):
                        self._open(browser, f"/my/cards/{self.own.id}{view}")
                        picture = self._shoot(browser)
                        self.assertEqual(read_picture(picture), {(read, "2900000000018")})
                        if not view:
                            self.assertGreaterEqual(self._measure(browser), 60)
