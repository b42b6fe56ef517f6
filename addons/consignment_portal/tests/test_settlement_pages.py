import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .settling import SettlingCase


@tagged("post_install", "-at_install")
class TestSettlementPages(SettlingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell(cls._create_stock(prices=(40, 12.35)))
        cls._sell(cls._create_stock(cls.other, prices=(60,)))
        cls.settlement = cls._settle(cls.consignor)
        cls.settlement.action_confirm()
        cls.foreign = cls._settle(cls.other)
        cls.foreign.action_confirm()
        cls._sell(cls._create_stock(prices=(70,)))
        cls.preview = cls._settle(cls.consignor)

    def _open(self, path=""):
        return self.url_open(f"/consign/30012/settlements{path}", allow_redirects=False)

    def test_a_consignor_sees_what_was_settled_and_no_preview(self):
        self.authenticate("anna", "anna")
        page = self._open().text
        self.assertIn(self.settlement.name, page)
        self.assertNotIn(self.foreign.name, page)
        page = self._open(f"/{self.settlement.id}").text
        self.assertIn("31.41", page)
        self.assertIn("Coat", page)

    def test_missing_and_forbidden_settlements_answer_the_same(self):
        self.authenticate("anna", "anna")
        for number in (self.foreign.id, self.preview.id, 2147483647):
            for kind in ("", ".pdf", ".xlsx"):
                with self.subTest(number=number, kind=kind):
                    self.assertEqual(self._open(f"/{number}{kind}").status_code, 404)

    def test_visitors_are_sent_to_the_login(self):
        for path in ("", f"/{self.settlement.id}", f"/{self.settlement.id}.pdf"):
            with self.subTest(path):
                self.assertEqual(self._open(path).status_code, 303)

    def test_the_spreadsheet_has_the_lines_and_the_total(self):
        self.authenticate("anna", "anna")
        answer = self._open(f"/{self.settlement.id}.xlsx")
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        self.assertEqual([row[4] for row in rows[1:]], [24, 7.41, 31.41, 31.41])

    def test_staff_downloads_any_and_others_none(self):
        address = f"/consignment_portal/settlement/{self.preview.id}.xlsx"
        self.authenticate("staff", "staff")
        self.assertEqual(self.url_open(address).status_code, 200)
        self.authenticate("anna", "anna")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(address).status_code, 403)

    def test_the_printed_statement_says_what_the_bill_says(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "consignment_portal.report_settlement", self.settlement.ids
        )
        text = html.decode()
        self.assertIn(self.settlement.name, text)
        self.assertIn("31.41", text)
        self.assertIn(self.settlement.bill_id.name, text)
