import base64
import codecs
import io
import zipfile
from unittest.mock import patch

import xlwt

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import InvalidValue
from ..rules import xlsx_files
from .common_import import HEADINGS, ImportCase

ROWS = [HEADINGS, ["AB-1", "Žofia", "12.50"]]


def _zip(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestImportFiles(ImportCase):
    """Which files are read, and in which words the others are refused."""

    def _assert_refused(self, data, words):
        before = self.imports.search_count([])
        with self.assertRaisesRegex(InvalidValue, words), self.cr.savepoint():
            self._check(data)
        self.assertEqual(self.imports.search_count([]), before)

    def _parts(self, data):
        """The parts of a spreadsheet, to put it together otherwise."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    # === WHAT IS READ === #

    def test_encodings_are_recognised(self):
        encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250")
        for place, encoding in enumerate(encodings[:5]):
            with self.subTest(encoding):
                rows = [HEADINGS, [f"ENC-{place}", "Žofia", ""]]
                accounts = self._import(self._csv(rows, encoding=encoding))
                self.assertEqual(accounts.name, "Žofia")

    def test_western_encodings_of_old_programs_are_recognised(self):
        for place, encoding in enumerate(("cp1252", "latin-1")):
            rows = [HEADINGS, [f"OLD-{place}", "Müller Ångström", ""]]
            accounts = self._import(self._csv(rows, encoding=encoding))
            self.assertEqual(accounts.name, "Müller Ångström")

    def test_commas_semicolons_and_tabs_separate(self):
        for place, delimiter in enumerate(",;\t"):
            rows = [HEADINGS, [f"SEP-{place}", "Berg, Anna; x", "1.5"]]
            accounts = self._import(self._csv(rows, delimiter=delimiter))
            self.assertEqual((accounts.name, accounts.balance), ("Berg, Anna; x", 1.5))

    def test_spreadsheet_is_read_whatever_its_name_is(self):
        accounts = self._import(self._xlsx([HEADINGS, [4012345, "Anna", 19.99]]))
        self.assertEqual((accounts.number, accounts.balance), ("4012345", 19.99))

    def test_blank_rows_are_skipped_and_keep_their_numbers(self):
        for make in (self._csv, self._xlsx):
            record = self._check(make([HEADINGS, [None, None, None], ["x", "Anna", None]]))
            self.assertEqual(record.row_count, 1)
            self.assertEqual([problem[0] for problem in self._problems(record)], [3])

    def test_size_that_the_sheet_claims_is_not_believed(self):
        parts = self._parts(self._xlsx(ROWS))
        sheet = parts["xl/worksheets/sheet1.xml"]
        self.assertIn(b'ref="A1:C2"', sheet)
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:C2"', b'ref="A1:A1"')
        self.assertEqual(self._check(_zip(parts)).valid_count, 1)

    # === WHAT IS REFUSED === #

    def test_other_kinds_of_files_are_refused_by_their_content(self):
        old = io.BytesIO()
        book = xlwt.Workbook()
        book.add_sheet("x").write(0, 0, "Name")
        book.save(old)
        ods = _zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})
        for data, words in (
            (b"%PDF-1.7 rest", "PDF document"),
            (b"\x89PNG\r\n\x1a\n", "picture"),
            (b"\xff\xd8\xff\xe0", "picture"),
            (b"{\\rtf1 x}", "text document"),
            (b"\x1f\x8b\x08", "archive"),
            (old.getvalue(), "old spreadsheet"),
            (ods, "OpenDocument"),
            (_zip({"readme.txt": "x"}), "not a spreadsheet"),
            (_zip({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "not a spread"),
            (b"\x00\x01\x02\x03\x04", "encoding"),
        ):
            with self.subTest(words):
                self._assert_refused(data, words)

    def test_empty_file_and_headings_alone_are_refused(self):
        self._assert_refused(b"\n\n", "empty")
        self._assert_refused(b"\xef\xbb\xbf", "empty")
        for make in (self._csv, self._xlsx):
            self._assert_refused(make([HEADINGS]), "no rows below")
            self._assert_refused(make([HEADINGS, [None, " ", None]]), "no rows below")
        self._assert_refused(self._xlsx([]), "empty")

    def test_missing_file_and_broken_base64_are_refused(self):
        for value in ("", False, 5, ["x"], "abc", b"\xff\xfe"):
            with self.subTest(value), self.assertRaises(UserError), self.cr.savepoint():
                self.imports.create({"file": value, "file_name": "x"})
        with self.assertRaisesRegex(UserError, "Choose a file"), self.cr.savepoint():
            self.imports.create({"file_name": "without"})

    def test_spreadsheet_with_a_password_is_refused(self):
        data = bytearray(self._xlsx(ROWS))
        for start, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            place = data.find(start)
            while place >= 0:
                data[place + offset] |= 1
                place = data.find(start, place + 1)
        self._assert_refused(bytes(data), "password")

    def test_damaged_spreadsheet_is_refused(self):
        data = self._xlsx(ROWS)
        self._assert_refused(data[: len(data) // 2], "damaged")
        parts = self._parts(data)
        for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
            with self.subTest(name):
                self._assert_refused(_zip(parts | {name: b"<broken"}), "damaged")

    def test_bomb_is_refused_before_it_is_unpacked(self):
        parts = self._parts(self._xlsx(ROWS))
        zeros = b"0" * (4 * xlsx_files.SMALL)
        self._assert_refused(_zip(parts | {"xl/media/image1.png": zeros}), "unpacks to more")
        self._assert_refused(_zip(parts | {"xl/worksheets/sheet1.xml": zeros}), "unpacks to more")
        many = {f"xl/x{place}": b"" for place in range(xlsx_files.MAX_FILES)}
        self._assert_refused(_zip(parts | many), "too many parts")
        with patch.object(xlsx_files, "MAX_UNPACKED", 1000):
            self._assert_refused(_zip(parts), "unpacks to more")

    def test_bomb_that_lies_about_its_size_is_refused(self):
        parts = self._parts(self._xlsx(ROWS)) | {"xl/zzz.bin": b"0" * (4 * xlsx_files.SMALL)}
        data = bytearray(_zip(parts))
        place = data.rfind(b"PK\x01\x02")
        data[place + 24 : place + 28] = (10).to_bytes(4, "little")
        self._assert_refused(bytes(data), "damaged|unpacks to more")

    def test_entities_are_refused(self):
        parts = self._parts(self._xlsx(ROWS))
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        start = sheet.index("<worksheet")
        outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        for evil in (
            (sheet[:start] + outside + sheet[start:]).encode(),
            ("<?xml version='1.0' encoding='UTF-16'?>" + outside + sheet[start:]).encode("utf-16"),
            ("<?xml version='1.0' encoding='utf-7'?>" + sheet[start:]).encode(),
        ):
            self._assert_refused(
                _zip(parts | {"xl/worksheets/sheet1.xml": evil}), "definitions of its own"
            )
        strings = f"<?xml version='1.0'?>{outside}<sst/>".encode()
        self._assert_refused(
            _zip(parts | {"xl/sharedStrings.xml": strings}), "definitions of its own"
        )

    def test_row_that_claims_to_be_far_away_does_not_occupy_the_server(self):
        parts = self._parts(self._xlsx(ROWS))
        sheet = parts["xl/worksheets/sheet1.xml"].replace(b'r="2"', b'r="999999999999"')
        self._assert_refused(_zip(parts | {"xl/worksheets/sheet1.xml": sheet}), "damaged")

    def test_merged_cells_are_refused_by_name(self):
        merged = self._xlsx(ROWS, lambda sheet: sheet.merge_cells("A2:B2"))
        self._assert_refused(merged, "A2:B2 are merged")

    def test_too_many_rows_are_refused(self):
        rows = [HEADINGS, *(["", f"Card {place}", ""] for place in range(6))]
        with patch("odoo.addons.loyalty_accounts.models.loyalty_account_import_check.MAX_ROWS", 5):
            for make in (self._csv, self._xlsx):
                self._assert_refused(make(rows), "more than 5 rows")
                self.assertEqual(self._check(make(rows[:-1])).row_count, 5)

    def test_too_many_bytes_are_refused_before_they_are_decoded(self):
        limit = "odoo.addons.loyalty_accounts.models.loyalty_account_import.MAX_IMPORT_BYTES"
        data = self._csv(ROWS)
        with patch(limit, len(data) - 1), patch.object(base64, "b64decode") as decode:
            with self.assertRaisesRegex(InvalidValue, "larger than"):
                self.imports.create({"file": "A" * 4 * len(data), "file_name": "x"})
            decode.assert_not_called()
        with patch(limit, len(data) - 1):
            self._assert_refused(data, "larger than")
        with patch(limit, len(data)):
            self.assertTrue(self._check(data))

    def test_too_many_columns_and_missing_headings_are_refused(self):
        self._assert_refused(
            self._csv([[f"x{place}" for place in range(61)]]), "more than 60 columns"
        )
        self._assert_refused(self._csv([["Name", "", "Note"]]), "Column B has no heading")

    def test_broken_csv_is_refused_with_its_row(self):
        self._assert_refused(b'Name\n"Anna\nOtto\n', "Row 2 cannot be read")
        self._assert_refused(codecs.BOM_UTF8 + b"Name\n\xff\xfe", "cannot be read")
