from datetime import date, datetime

from odoo.tests import tagged

from .common_import import HEADINGS, ImportCase


@tagged("post_install", "-at_install")
class TestImportRows(ImportCase):
    """What a row makes, and in which words it is refused."""

    def _refusals(self, headings, *rows, **vals):
        """Reasons by row; nothing else may be refused."""
        record = self._check([headings, *rows], **vals)
        return [(row, column, reason) for row, column, _value, reason in self._problems(record)]

    def _reason(self, heading, cell, make=None):
        make = make or self._csv
        record = self._check(make([["Name", heading], ["Anna", cell]]))
        found = self._problems(record)
        self.assertLessEqual(len(found), 1)
        return found[0][3] if found else ""

    # === CELLS === #

    def test_every_column_reaches_its_field(self):
        headings = [label for _name, label in self.imports._describe_columns()]
        row = [
            *("ab-7", "Gold", self.company.name, self.company.currency_id.name, "Eva Lind"),
            *("Eva@Example.com", "C-7", "12,5", "0.0525", "2027-01-31", "yes", "Lost", "x"),
            *("1 234,50", "2026-12-31", "first\nsecond"),
        ]
        account = self._import([headings, row], create_partners=True)
        self.assertEqual(account.number, "AB-7")
        self.assertEqual(account.name, "Gold")
        self.assertEqual(account.company_id, self.company)
        self.assertEqual(account.partner_id.name, "Eva Lind")
        self.assertEqual(account.partner_id.email, "Eva@Example.com")
        self.assertEqual(account.partner_id.ref, "C-7")
        self.assertEqual((account.discount, account.credit_rate), (12.5, 0.0525))
        self.assertEqual(account.expiry_date, date(2027, 1, 31))
        self.assertEqual((account.blocked, account.block_reason), (True, "Lost"))
        self.assertFalse(account.active)
        self.assertEqual(account.balance, 1234.5)
        self.assertEqual(account.lot_ids.expiry_date, date(2026, 12, 31))
        self.assertEqual(account.note, "first\nsecond")
        self.assertEqual(account._verify_ledger(), [])

    def test_blank_terms_are_those_of_the_company_and_numbers_are_generated(self):
        self.company.write({"loyalty_default_discount": 3, "loyalty_default_credit_rate": 0.1})
        accounts = self._import([["Name", "Discount %"], ["One", ""], ["Two", "0"]])
        self.assertEqual(accounts.mapped("discount"), [3, 0])
        self.assertEqual(accounts.mapped("credit_rate"), [0.1, 0.1])
        self.assertEqual(len(set(accounts.mapped("number"))), 2)
        self.assertRegex(accounts[0].number, "^29[0-9]{11}$")

    def test_credit_that_expires_in_parts_becomes_as_many_lots(self):
        parts = "2026-12-31=10.00; 2027-06-30=5.00; never=3.00"
        headings = ["Name", "Opening balance", "Credit expires on"]
        account = self._import([headings, ["Anna", "18", parts]])
        lots = account.lot_ids.sorted("id")
        self.assertEqual(lots.mapped("remaining"), [10, 5, 3])
        self.assertEqual(lots.mapped("expiry_date"), [date(2026, 12, 31), date(2027, 6, 30), False])
        self._assert_account(account, 18)

    def test_amounts_of_spreadsheets_are_exact(self):
        cells = [0.1, 19.99, 1234567.89, 999_999_999, 0.07]
        accounts = self._import(
            self._xlsx([HEADINGS, *(["", f"Card {cell}", cell] for cell in cells)])
        )
        self.assertEqual(accounts.mapped("balance"), cells)

    def test_amounts_that_are_none_are_refused(self):
        for cell, words in (
            ("1,234", "can mean two numbers"),
            ("12.345", "multiple of 0.01"),
            ("-5", "below zero"),
            ("1000000000", "must not exceed"),
            ("12 EUR", "number was expected"),
            ("1e3", "number was expected"),
            ("NaN", "number was expected"),
        ):
            with self.subTest(cell):
                self.assertIn(words, self._reason("Opening balance", cell))

    def test_computed_doubles_that_are_not_exact_are_refused(self):
        self.assertIn("multiple of", self._reason("Opening balance", 1 / 3, self._xlsx))

    def test_percentages_outside_their_range_are_refused(self):
        for heading, cell, words in (
            ("Discount %", "100.01", "between 0 and 100"),
            ("Discount %", "-1", "between 0 and 100"),
            ("Discount %", "1.005", "2 decimals"),
            ("Credit rate", "0.00001", "4 decimals"),
            ("Credit rate", "x", "number was expected"),
        ):
            with self.subTest(cell):
                self.assertIn(words, self._reason(heading, cell))

    def test_days_are_iso_real_or_in_the_users_format(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.admin.lang = "cs_CZ"
        headings = ["Name", "valid_until"]
        texts = ("2027-02-01", "1. 2. 2027", "01.02.2027", "2027/02/01")
        czech = self.env["res.lang"]._lang_get("cs_CZ")
        czech.date_format = "%d.%m.%Y"
        record = self._check([headings, *(["Anna", text] for text in texts)])
        self.assertEqual([problem[0] for problem in self._problems(record)], [5])
        account = self._import(self._xlsx([headings, ["Real", datetime(2027, 2, 1)]]))
        self.assertEqual(account.expiry_date, date(2027, 2, 1))

    def test_days_that_are_none_are_refused(self):
        self.assertIn("day was expected", self._reason("Valid until", "2027-02-30"))
        self.assertIn("day was expected", self._reason("Valid until", "soon"))
        self.assertIn(
            "without a time", self._reason("Valid until", datetime(2027, 1, 1, 9), self._xlsx)
        )

    def test_credit_that_could_never_be_spent_or_does_not_add_up_is_refused(self):
        headings = ["Name", "Opening balance", "Credit expires on"]
        for balance, expiry, words in (
            ("5", "2026-05-31", "over already"),
            ("", "2026-12-31", "no opening balance"),
            ("5", "2026-12-31=4; never=2", "add up to 6.00"),
            ("5", "2026-12-31=4; never", "Parts are written"),
            ("5", "soon=5", "day was expected"),
        ):
            with self.subTest(expiry):
                refusals = self._refusals(headings, ["Anna", balance, expiry])
                self.assertEqual(len(refusals), 1)
                self.assertIn(words, refusals[0][2])

    def test_texts_that_are_too_long_or_do_not_print_are_refused(self):
        for cell, words in (
            ("x" * 501, "longer than 500"),
            ("two\nlines", "line breaks"),
            ("right\u202eleft", "do not print"),
        ):
            record = self._check([["Name"], [cell]])
            self.assertIn(words, self._problems(record)[0][3])

    def test_long_card_number_that_the_spreadsheet_rounded_is_refused(self):
        self.assertIn("15 digits", self._reason("Card number", 1234567890123456789, self._xlsx))

    def test_formulas_and_errors_are_refused_by_cell_and_other_rows_stay(self):
        rows = [HEADINGS, ["", "Anna", "=1+1"], ["", "#N/A", 1], ["", "Otto", 1]]
        record = self._check(self._xlsx(rows))
        reasons = [problem[3] for problem in self._problems(record)]
        self.assertIn("Cell C2 holds a formula", reasons[0])
        self.assertIn("Cell B3 holds an error", reasons[1])
        self.assertEqual((record.valid_count, record.refused_count), (1, 2))

    def test_everything_wrong_with_a_row_is_told_at_once(self):
        refusals = self._refusals(
            ["Card number", "Name", "Discount %", "Blocked"], ["!", "", "200", "perhaps"]
        )
        columns = [column for _row, column, _reason in refusals]
        self.assertEqual(columns, ["Card number", "Discount %", "Blocked", ""])

    def test_cell_behind_the_last_heading_is_refused(self):
        refusals = self._refusals(["Name", "Note"], ["Anna", "x", "lost"])
        self.assertIn("without a heading", refusals[0][2])

    # === NUMBERS === #

    def test_number_twice_in_the_file_is_refused_with_both_rows(self):
        refusals = self._refusals(
            HEADINGS, ["AB-1", "One", ""], ["x-9", "A", ""], [" ab-1 ", "B", ""]
        )
        self.assertEqual(refusals, [(4, "Card number", "Row 2 has the same card number.")])

    def test_number_in_use_is_refused_alike_here_archived_and_in_other_companies(self):
        self._create_account(number="USED-1", active=False)
        self._create_account(number="USED-2", company_id=self.other_company.id)
        refusals = self._refusals(HEADINGS, ["used-1", "A", ""], ["USED-2", "B", ""])
        self.assertEqual(
            {reason for *_rest, reason in refusals}, {"This card number is in use already."}
        )

    # === COMPANIES === #

    def test_company_of_the_row_decides_unless_the_user_does_not_work_there(self):
        headings = ["Name", "Issued by", "Currency"]
        name = self.other_company.name
        refusals = self._refusals(headings, ["Anna", name, ""])
        self.assertEqual(len(refusals), 1)
        self.assertIn("do not work in a company", refusals[0][2])
        self.admin.company_ids |= self.other_company
        account = self._import([headings, ["Anna", name.upper(), "usd"]])
        self.assertEqual(account.company_id, self.other_company)
        self.assertIn("is in USD", self._refusals(headings, ["Anna", name, "JPY"])[0][2])

    # === CUSTOMERS === #

    def test_customer_is_found_by_reference_mail_or_name(self):
        berg = self.env["res.partner"].create(
            {"name": "Nils Berg", "email": "Nils <nils@example.com>", "ref": "N-1"}
        )
        accounts = self._import(
            [
                ["Customer", "Customer e-mail", "Customer reference", "Name"],
                ["", "", "N-1", "A"],
                ["", "NILS@example.com", "", "B"],
                ["Nils Berg", "", "", "C"],
                ["Nils Berg", "nils@example.com", "N-1", "D"],
            ]
        )
        self.assertEqual(accounts.mapped("partner_id"), berg)

    def test_unknown_and_ambiguous_customers_are_refused(self):
        self.env["res.partner"].create([{"name": "Jan Novák"}, {"name": "Jan Novák"}])
        self.env["res.partner"].create({"name": "Eva", "email": "eva@example.com"})
        headings = ["Customer", "Customer e-mail"]
        refusals = self._refusals(
            headings,
            ["Jan Novák", ""],
            ["Nobody", ""],
            ["Otto", "eva@example.com"],
            ["Otto", "no address"],
        )
        words = ("2 contacts are meant", "No such contact", "is Eva", "not one e-mail")
        for (_row, _column, reason), word in zip(refusals, words, strict=True):
            self.assertIn(word, reason)

    def test_missing_customers_are_made_once_for_all_their_rows(self):
        accounts = self._import(
            [
                ["Customer", "Customer e-mail", "Name"],
                ["Mia Lund", "mia@example.com", "First"],
                ["Mia Lund", "MIA@example.com", "Second"],
                ["", "mia@example.com", "Third"],
                ["Mia Lund", "other@example.com", "Another person"],
            ],
            create_partners=True,
        )
        self.assertEqual(len(accounts[:3].partner_id), 1)
        self.assertNotEqual(accounts[3].partner_id, accounts[0].partner_id)
        self.assertEqual(accounts.partner_id.company_id, self.company)

    def test_new_customer_without_a_name_is_refused(self):
        refusals = self._refusals(
            ["Name", "Customer e-mail"], ["Card", "new@example.com"], create_partners=True
        )
        self.assertIn("needs a name", refusals[0][2])

    def test_contact_of_another_company_is_nobody(self):
        self.env["res.partner"].create({"name": "Far", "company_id": self.other_company.id})
        self.assertIn("No such contact", self._refusals(["Customer"], ["Far"])[0][2])
