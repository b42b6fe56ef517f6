import base64
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_clearing import ClearingCommon


class StatementCommon(ClearingCommon):
    def _statement(self, user, clearing=None):
        """Open the statement of shop and bistro as a user does."""
        position = self.env["consolidation.position"].with_user(user)
        position = position.search(
            [
                ("debtor_id", "=", self.shop.id),
                ("creditor_id", "=", self.bistro.id),
                ("clearing_id", "=", clearing.id if clearing else False),
            ]
        )
        action = position.action_statement()
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    """What two establishments owe each other, line by line."""

    def setUp(self):
        super().setUp()
        self.items = self._spend(self.shop, self.bistro, 30, percentage=40)
        self.items |= self._spend(self.bistro, self.shop, 5)
        self.disputed = self._spend(self.shop, self.bistro, 7)
        self.disputed.with_user(self.shop_clerk)._dispute(self.shop, "not ours")

    def test_totals_of_both_directions_and_what_is_disputed(self):
        statement = self._statement(self.shop_clerk)
        self.assertEqual(statement.company_id, self.shop)
        self.assertEqual(
            self._totals(statement),
            [
                ("Corner Shop owes", 12),
                ("Quay Bistro owes", 5),
                ("Disputed, left out", 7),
                ("Corner Shop pays", 7),
            ],
        )
        self.assertIn("Corner Shop pays", statement.summary)

    def test_cards_are_masked_once(self):
        card = self.cards[self.shop]
        self.assertEqual(self.items[0].masked_card, f"•••• {card.number[-4:]}")

    def test_the_own_side_comes_first(self):
        statement = self._statement(self.bistro_clerk)
        self.assertEqual(statement.company_id, self.bistro)
        self.assertEqual(
            [self._totals(statement)[number] for number in (0, 3)],
            [("Quay Bistro owes", 5), ("Corner Shop pays", 7)],
        )

    def test_a_closed_period_has_its_own_lines_only(self):
        clearing = self._clear()
        self._spend(self.shop, self.bistro, 100)
        statement = self._statement(self.shop_clerk, clearing)
        self.assertEqual([amount for _label, amount in self._totals(statement)], [12, 5, 0, 7])

    def test_an_open_one_says_that_it_may_change(self):
        statement = self._statement(self.shop_clerk)
        head = statement._prepare_head(statement._get_parts())
        self.assertIn("Open, may change", [text for _label, text in head.lines])
        self.assertIn("Open, may change", statement.summary)

    def test_every_line_is_in_both_files(self):
        statement = self._statement(self.shop_clerk)
        cells = self._cells(statement)
        for item in self.items | self.disputed:
            self.assertIn(item.document_name, cells)
        self.assertIn("not ours", cells)
        self.assertTrue(base64.b64decode(statement.pdf_file).startswith(b"%PDF"))
        rows = list(statement._read_pdf_rows(statement._get_parts()))
        self.assertEqual(
            [cells for cells, bold in rows if bold is None],
            [
                "Credit of Corner Shop used at Quay Bistro",
                "Credit of Quay Bistro used at Corner Shop",
                "Disputed, left out: credit of Corner Shop at Quay Bistro",
            ],
        )

    def test_the_card_is_masked(self):
        number = self.cards[self.shop].number
        self.assertNotIn(number, self._cells(self._statement(self.bistro_clerk)))
        self.assertIn(number[-4:], self._cells(self._statement(self.bistro_clerk)))

    def test_a_third_establishment_gets_none(self):
        vals = {
            "company_id": self.shop.id,
            "other_id": self.bistro.id,
            "currency_id": self.currency.id,
        }
        statement = self.env["consolidation.statement"].with_user(self.deli_clerk).create(vals)
        for name in ("summary", "pdf_file", "xlsx_file"):
            with self.subTest(name), self.assertRaises(AccessError):
                statement[name]
        for method in ("action_pdf", "action_xlsx"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(statement, method)()

    def test_who_clears_gets_all(self):
        self.assertEqual(self._totals(self._statement(self.operator))[3], ("Corner Shop pays", 7))

    def _totals(self, statement):
        """What stands above the lines: ``[(label, amount), …]``."""
        totals = statement._prepare_head(statement._get_parts()).totals
        return [(label, float(amount)) for label, amount in totals]

    def _cells(self, statement):
        data = base64.b64decode(statement.with_context(bin_size=False).xlsx_file)
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if "sheet" in name)


@tagged("post_install", "-at_install")
class TestStatementDownload(StatementCommon, HttpCase):
    """Files are downloaded by whoever opened the statement, and by nobody else."""

    def test_files_are_for_who_opened_them(self):
        self._spend(self.shop, self.bistro, 30)
        for user in (self.shop_clerk, self.deli_clerk):
            user.password = user.login
        statement = self._statement(self.shop_clerk)
        urls = [statement.action_pdf()["url"], statement.action_xlsx()["url"]]
        self.authenticate(self.shop_clerk.login, self.shop_clerk.login)
        self.assertEqual([self.url_open(url).status_code for url in urls], [200, 200])
        self.assertIn(b"%PDF", self.url_open(urls[0]).content[:8])
        self.authenticate(self.deli_clerk.login, self.deli_clerk.login)
        for url in urls:
            self.assertNotEqual(self.url_open(url).status_code, 200)
