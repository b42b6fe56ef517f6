from odoo.tests import tagged
from odoo.tools import SQL

from ..exceptions import InvalidValue
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestContactSearch(LoyaltyCommon):
    """Without its card, an account is found by name, phone or e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(
            {"email": "Anna.Berg@example.com", "phone": "08-12 34 56", "mobile": "+46 70 765 43 21"}
        )

    def _find(self, text, company=None, **options):
        accounts = self.env["loyalty.account"].with_user(self.seller)
        return accounts._find_by_contact(text, company or self.company, **options)

    def test_found_by_any_part_of_names_and_e_mail(self):
        for text in ("anna b", " BERG ", "gold", "berg@exam", "anna.berg@example.com"):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), self.account)

    def test_found_by_phone_however_it_is_spelt(self):
        for text in (
            "0707654321",
            "070-765 43 21",
            "+46707654321",
            "0046 70 765 43 21",
            "(08) 123456",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), self.account)

    def test_text_that_means_nothing_finds_nothing(self):
        for text in ("zzz", "%%%", "___", "\\\\\\", "0000", "12 99 99", "'; --"):
            with self.subTest(text=text):
                self.assertFalse(self._find(text))

    def test_short_or_strange_text_is_refused(self):
        for text in ("", "  a ", "ab", None, 5, ["anna"]):
            with self.subTest(text=text), self.assertRaisesRegex(InvalidValue, "at least 3"):
                self._find(text)

    def test_only_usable_accounts_of_the_company_are_found(self):
        self.assertFalse(self._find("anna", self.other_company))
        for values in (
            {"blocked": True},
            {"blocked": False, "expiry_date": "2020-01-01"},
            {"expiry_date": False, "active": False},
        ):
            self.account.write(values)
            with self.subTest(**values):
                self.assertFalse(self._find("anna"))

    def test_no_more_than_the_limit_the_newest_first(self):
        accounts = self.account
        for _number in range(4):
            accounts |= self._create_account(name="Silver")
        self.assertEqual(self._find("anna", limit=2), accounts.sorted("id", reverse=True)[:2])

    def test_what_is_found_has_the_callers_rights(self):
        self.assertFalse(self._find("anna").env.su)
        self.assertEqual(self._find("anna").env.user, self.seller)

    def test_customers_are_looked_up_in_indexes(self):
        self.env.flush_all()
        # What remains to the planner of a small table are the indexes made for it.
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        for text in ("berg@exam", "070-765 43 21"):
            domain = self.env["loyalty.account"]._get_contact_domain(text)
            query = self.env["res.partner"].sudo()._search(domain).select()
            plan = self.env.execute_query(SQL("EXPLAIN %s", query))
            with self.subTest(text=text):
                self.assertIn("res_partner_loyalty_words_idx", str(plan))
