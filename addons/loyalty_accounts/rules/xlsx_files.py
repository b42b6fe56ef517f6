"""Spreadsheets (XLSX): what is refused before a row is read, and the rows of the first sheet.

A spreadsheet is a ZIP archive of XML files. Everything is looked at as it streams out of the
archive, so that one that unpacks to more than it may is left before it fills the memory.
"""

import io
import re
import zipfile
import zlib
from collections import namedtuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .errors import RuleError
from .import_layout import letter

#: A cell that no value can be read from: a code of :class:`RuleError` and its values.
BadCell = namedtuple("BadCell", "code values")

#: Most that an archive may unpack to, that one of its texts may, and that it may hold.
MAX_UNPACKED = 300 * 2**20
MAX_STRINGS = 64 * 2**20
MAX_FILES = 2_000
#: Most that a file may unpack to for each of its bytes, once it is larger than SMALL.
MAX_RATIO = 200
SMALL = 2**20
#: Last row of a spreadsheet; a file may claim others.
LAST_ROW = 1_048_576

_BLOCK = 2**18
#: First bytes of what people take for a spreadsheet, and what to call it.
_SIGNATURES = (
    (b"%PDF", "file_is_pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_old_or_encrypted"),
    (b"\x89PNG", "file_is_image"),
    (b"\xff\xd8\xff", "file_is_image"),
    (b"GIF8", "file_is_image"),
    (b"RIFF", "file_is_image"),
    (b"\x1f\x8b", "file_is_archive"),
    (b"7z\xbc\xaf", "file_is_archive"),
    (b"Rar!", "file_is_archive"),
    (b"{\\rtf", "file_is_document"),
)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:[a-z0-9]+:)?mergeCell\s[^>]*ref=\"([A-Z0-9:]+)\"")
#: So much of a block is looked at again with the next one, for what lies across both.
_OVERLAP = 200


def is_archive(data):
    """Whether a file is a ZIP archive, which an XLSX file must be.

    >>> is_archive(b"PK\\x03\\x04"), is_archive(b"Number,Name")
    (True, False)
    """
    return data.startswith(b"PK\x03\x04")


def check_is_text(data):
    """Refuse what is neither a spreadsheet nor text, by its content.

    >>> check_is_text(b"Number,Name")
    >>> for bad in (b"%PDF-1.7", b"\\xd0\\xcf\\x11\\xe0\\xa1\\xb1\\x1a\\xe1", b"\\x89PNG", b""):
    ...     try:
    ...         check_is_text(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    file_is_pdf
    file_is_old_or_encrypted
    file_is_image
    file_empty

    :raise RuleError: as above
    """
    if not data:
        raise RuleError("file_empty")
    for start, code in _SIGNATURES:
        if data.startswith(start):
            raise RuleError(code)


def check_archive(data):
    """Refuse what is no spreadsheet, or one that could harm who reads it.

    :param bytes data: the file
    :raise RuleError: ``file_broken``, ``file_not_spreadsheet``, ``file_is_ods``,
        ``file_is_encrypted``, ``file_too_many_parts``, ``file_unpacks_too_large``,
        ``file_has_entities`` or ``cells_merged``
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            unpacked = 0
            for entry in entries:
                for size in _scan(archive, entry):
                    unpacked += size
                    if unpacked > MAX_UNPACKED:
                        raise RuleError("file_unpacks_too_large")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise RuleError("file_broken") from error


def _check_entries(entries):
    names = {entry.filename for entry in entries}
    if "mimetype" in names:
        raise RuleError("file_is_ods")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise RuleError("file_not_spreadsheet")
    if len(entries) > MAX_FILES or len(names) != len(entries):
        raise RuleError("file_too_many_parts")
    for entry in entries:
        if entry.flag_bits & 1:
            raise RuleError("file_is_encrypted")
        _check_size(entry, entry.file_size)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise RuleError("file_unpacks_too_large")


def _check_size(entry, unpacked):
    """Refuse a part that is, or says that it is, much larger than what it was packed into."""
    limit = MAX_STRINGS if "sharedStrings" in entry.filename else MAX_UNPACKED
    ratio = unpacked / max(entry.compress_size, 1)
    if unpacked > limit or (unpacked > SMALL and ratio > MAX_RATIO):
        raise RuleError("file_unpacks_too_large")


def _scan(archive, entry):
    """Unpack a part block by block, yield the sizes, refuse what must not be in it."""
    is_xml = entry.filename.endswith((".xml", ".rels", ".vml"))
    is_sheet = entry.filename.startswith("xl/worksheets/sheet")
    tail, unpacked = b"", 0
    with archive.open(entry) as part:
        while block := part.read(_BLOCK):
            if is_xml:
                _check_xml(tail + block, is_start=not unpacked, is_sheet=is_sheet)
            unpacked += len(block)
            _check_size(entry, unpacked)
            tail = block[-_OVERLAP:]
            yield len(block)


def _check_xml(text, *, is_start, is_sheet):
    if is_start:
        declared = _ENCODING.match(text[:_OVERLAP].lstrip(b"\xef\xbb\xbf"))
        # In another encoding the search for entities would not find them.
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
            raise RuleError("file_has_entities")
    if b"\x00" in text or _DOCTYPE.search(text):
        raise RuleError("file_has_entities")
    if is_sheet and (merged := _MERGED.search(text)):
        raise RuleError("cells_merged", cells=merged[1].decode())


def read_rows(data):
    """Yield ``(number of the row, cells)`` of the first sheet, blank rows included.

    Cells are text, numbers, days, yes/no or :class:`BadCell`. Memory is that of the sheet's texts,
    not of its rows.

    :param bytes data: a file that :func:`check_archive` let through
    :raise RuleError: ``file_broken`` or ``sheet_missing``
    """
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError, TypeError) as error:
        raise RuleError("file_broken") from error
    try:
        if not book.worksheets:
            raise RuleError("sheet_missing")
        yield from _read_sheet(book.worksheets[0])
    except (KeyError, ValueError, SyntaxError, TypeError, IndexError, OverflowError) as error:
        if isinstance(error, RuleError):
            raise
        raise RuleError("file_broken") from error
    finally:
        book.close()


def _read_sheet(sheet):
    sheet.reset_dimensions()  # what the file says of its size is not believed
    width = None
    for number, row in enumerate(sheet.iter_rows(max_col=100), 1):
        if number > LAST_ROW:
            raise RuleError("file_broken")
        cells = [_read_cell(cell, number, index) for index, cell in enumerate(row[:width])]
        if width is None:
            while cells and cells[-1] in (None, ""):
                cells.pop()
            width = len(cells) + 1  # one more, to see what has no heading
        yield number, cells


def _read_cell(cell, row, index):
    name = f"{letter(index)}{row}"
    if cell.data_type == "f":
        return BadCell("cell_formula", {"cell": name})
    if cell.data_type == "e":
        return BadCell("cell_error", {"cell": name})
    return cell.value
