import io

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..rules import labels
from .common import ConsignmentCase, ConsignmentCommon
from .common_labels import parse_zpl, scan_pdf


def page_sizes(pdf):
    """Return the sizes of all pages in millimetres."""
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    return [
        (round(float(box.width) / 72 * 25.4, 1), round(float(box.height) / 72 * 25.4, 1))
        for box in boxes
    ]


@tagged("post_install", "-at_install")
class TestLabels(ConsignmentCommon):
    def _wizard(self, articles, user=None, **values):
        wizards = self.env["consignment.label.print"].with_user(user or self.staff)
        return wizards.create({"article_ids": articles.ids, **values})

    def test_a_scanner_reads_every_label_of_every_paper(self):
        articles = self._create_stock(prices=(40, 12.5, 7))
        for paper in labels.PAPERS:
            with self.subTest(paper):
                found = scan_pdf(self._wizard(articles, paper=paper)._draw_labels())
                self.assertEqual(
                    sorted(text for text in found if text.isdigit()),
                    sorted(articles.mapped("barcode")),
                )

    def test_the_qr_code_opens_the_articles_page(self):
        article = self._create_stock()
        found = scan_pdf(self._wizard(article, paper="a4_24")._draw_labels())
        url = f"{self.shop.get_base_url()}/consign/30012/a/{article.barcode}"
        self.assertIn(url, found)
        without = scan_pdf(self._wizard(article, paper="a4_24", with_qr=False)._draw_labels())
        self.assertEqual(without, [article.barcode])

    def test_sheets_and_rolls_have_their_exact_size(self):
        articles = self._create_stock(prices=[5] * 3)
        for key, paper in labels.PAPERS.items():
            with self.subTest(key):
                sizes = page_sizes(self._wizard(articles, paper=key)._draw_labels())
                self.assertEqual(sizes, [paper.page] * (3 if paper.is_roll else 1))

    def test_the_layout_of_documents_is_not_asked_for(self):
        self.company.external_report_layout_id = False
        action = self._wizard(self._create_stock()).sudo().action_print()
        self.assertEqual(action["type"], "ir.actions.report")

    def test_printing_begins_at_the_chosen_label(self):
        articles = self._create_stock(prices=[5] * 3)
        wizard = self._wizard(articles, paper="a4_24", start=23)
        self.assertEqual(len(page_sizes(wizard._draw_labels())), 2)
        self.assertIn("sheets: 2", wizard.summary)
        for start in (0, 25, -1):
            wizard.start = start
            with self.subTest(start), self.assertRaisesRegex(UserError, "between 1 and 24"):
                wizard.action_print()

    def test_zpl_has_the_labels_size_utf_8_and_the_barcode(self):
        article = self._create_stock()
        article.write({"name": "Čepice ^XZ~JA_é", "size_brand": "Größe M"})
        for resolution, dot in (("203", 8), ("300", 12)):
            wizard = self._wizard(article, kind="zpl", paper="roll_57", resolution=resolution)
            (label,) = parse_zpl(wizard._write_zpl())
            self.assertEqual((label["width"], label["height"]), (57 * dot, 32 * dot))
            self.assertTrue(label["utf8"])
            kinds = {field["kind"]: field["data"] for field in label["fields"]}
            self.assertEqual(kinds["BE"], article.barcode[:12])
            self.assertEqual(kinds["BQ"], f"MA,{article._get_portal_url()}")
            texts = [field["data"] for field in label["fields"] if field["kind"] == "A0"]
            self.assertEqual(texts[:2], ["Čepice ^XZ~JA_é", "Größe M"])
            inside = [f for f in label["fields"] if f["x"] < 57 * dot and f["y"] < 32 * dot]
            self.assertEqual(inside, label["fields"])

    def test_what_stands_in_a_title_is_no_command_for_the_printer(self):
        article = self._create_stock()
        article.name = "^XZ^XA^FDx^FS~JR"
        text = self._wizard(article, kind="zpl")._write_zpl()
        self.assertEqual((text.count("^XA"), text.count("^XZ"), text.count("~")), (1, 1, 0))

    def test_labels_need_accepted_articles(self):
        draft = self._create_article(self._create_intake())
        with self.assertRaisesRegex(UserError, "accept it first"):
            self._wizard(draft).action_print()
        with self.assertRaisesRegex(UserError, "No article"):
            draft.intake_id.action_print_labels()

    def test_an_intake_prints_its_accepted_articles_on_the_shops_paper(self):
        self.shop.label_paper = "roll_57"
        articles = self._create_stock(prices=(5, 6))
        action = articles.intake_id.action_print_labels()
        wizard = self.env["consignment.label.print"].with_context(**action["context"]).create({})
        self.assertEqual((wizard.article_ids, wizard.paper), (articles, "roll_57"))

    def test_queries_do_not_grow_with_the_number_of_labels(self):
        def count(wizard):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard._draw_labels()
            return self.cr.sql_log_count - before

        one = self._wizard(self._create_stock())
        many = self._wizard(self._create_stock(prices=[5] * 20))
        count(one)  # what Odoo keeps in memory, such as rules, is read once
        self.assertEqual(count(many), count(one))

    def test_only_staff_of_consignment_prints(self):
        article = self._create_stock()
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        for user in (clerk, self.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._wizard(article, user)


@tagged("post_install", "-at_install")
class TestLabelFile(ConsignmentCase, HttpCase):
    def test_the_thermal_printers_file_is_its_makers_only(self):
        article = self._create_stock()
        wizards = self.env["consignment.label.print"].with_user(self.staff)
        wizard = wizards.create({"article_ids": article.ids, "kind": "zpl"})
        url = wizard.action_print()["url"]
        self.authenticate("staff", "staff")
        answer = self.url_open(url)
        self.assertEqual(len(parse_zpl(answer.text)), 1)
        self.authenticate("anna", "anna")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)
