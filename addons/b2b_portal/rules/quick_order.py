"""Lists of article numbers and quantities, as customers paste them or keep them in spreadsheets.

Bytes, text or rows of cells in, ``(number, quantity)`` texts out; nothing of Odoo.
"""

import csv
import io
import re
import zipfile

import openpyxl

#: Bytes a file may have, and the files inside a spreadsheet together once unpacked.
MAX_BYTES, MAX_UNPACKED = 5 * 1024**2, 30 * 1024**2
#: Columns and characters of a cell that are read; more is no order list.
MAX_COLUMNS, MAX_CELL = 20, 64

_ZIP = b"PK\x03\x04"
_QUANTITY = r"\d{1,7}(?:[.,]\d{1,6})?"
_AMOUNT = re.compile(_QUANTITY)
# "3 x PAN-28", "3x PAN-28", "3 × PAN-28"; the number is the rest.
_TIMES_BEFORE = re.compile(rf"({_QUANTITY})\s*[x×*]\s+(\S.*)", re.IGNORECASE)
# "PAN-28 x 3", "PAN-28 x3".
_TIMES_AFTER = re.compile(rf"(\S.*?)\s+[x×*]\s*({_QUANTITY})", re.IGNORECASE)
_SPACE_AFTER = re.compile(rf"(\S.*?)\s+({_QUANTITY})")


class ListError(ValueError):
    """A list that cannot be read; ``code`` says why: ``size``, ``kind`` or ``lines``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def normalise(number):
    """Return a number as it is compared: without case and without spaces at its ends.

    >>> normalise("  Pan-28 ")
    'pan-28'
    """
    return " ".join(str(number or "").split()).lower()


def read_text(text, headings, maximum):
    """Return the ``(number, quantity)`` of each line of a text.

    A line without a quantity means one piece. What is not understood is kept as a number, so that
    the customer sees and corrects it.

    :param headings: ``{"number": words, "quantity": words}`` of a first line that names columns
    :raise ListError: more lines than the maximum

    >>> words = {"number": {"article"}, "quantity": {"quantity"}}
    >>> read_text("PAN-28\\t3\\nPOT 10;2\\n\\n 4 x NAP W\\nNAP-W x12\\nBOWL 6", words, 9)
    [('PAN-28', '3'), ('POT 10', '2'), ('NAP W', '4'), ('NAP-W', '12'), ('BOWL', '6')]
    >>> read_text("Quantity,Article\\n2,PAN-28\\n1,POT", words, 9)
    [('PAN-28', '2'), ('POT', '1')]
    >>> read_text("PAN-28\\n4006381333931,1\\nPOT;1,5", words, 9)
    [('PAN-28', '1'), ('4006381333931', '1'), ('POT', '1,5')]
    >>> refusal(read_text, "A\\nB\\nC", words, 2)
    'lines'
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > maximum + 1:
        raise ListError("lines")
    delimiter = next((mark for mark in "\t;," if any(mark in line for line in lines)), None)
    if delimiter and _has_heading(_split(lines[0], delimiter), headings):
        return read_rows([_split(line, delimiter) for line in lines], headings, maximum)
    return _limited([_read_line(line) for line in lines], maximum)


def _split(line, delimiter):
    return next(csv.reader([line.replace("\0", "")], delimiter=delimiter), [])


def _read_line(line):
    """Return one line's number and quantity, whatever separates them.

    >>> _read_line("3,PAN"), _read_line('"PAN, big";3'), _read_line("12 7"), _read_line("PAN 1,5")
    (('PAN', '3'), ('PAN, big', '3'), ('12', '7'), ('PAN', '1,5'))
    """
    for delimiter in "\t;,":
        if delimiter in line and not (delimiter == "," and _is_decimal_comma(line)):
            cells = [clean(cell) for cell in _split(line, delimiter)]
            return _pick([cell for cell in cells if cell])
    line = clean(line)
    if match := _TIMES_BEFORE.fullmatch(line):
        return match[2], match[1]
    if match := _TIMES_AFTER.fullmatch(line) or _SPACE_AFTER.fullmatch(line):
        return match[1], match[2]
    return line, "1"


def _is_decimal_comma(line):
    """Tell whether the comma of a line belongs to its quantity, as in "PAN 1,5".

    The pattern goes back and forth: on a line of megabytes it would not come to an end.

    >>> _is_decimal_comma("PAN 1,5"), _is_decimal_comma("PAN,3")
    (True, False)
    >>> _is_decimal_comma("PAN" + " " * 5_000_000 + "x,")
    False
    """
    line = line.strip()
    return len(line) <= MAX_CELL and bool(_SPACE_AFTER.fullmatch(line))


def _pick(cells):
    """Return number and quantity out of a line's cells: the last amount is the quantity.

    >>> _pick(["PAN", "Frying pan", "3"]), _pick(["3", "PAN"]), _pick(["PAN"]), _pick(["7", "3"])
    (('PAN', '3'), ('PAN', '3'), ('PAN', '1'), ('7', '3'))
    """
    amounts = [index for index, cell in enumerate(cells) if _AMOUNT.fullmatch(cell)]
    if len(cells) < 2 or not amounts:
        return (cells[0] if cells else "", cells[1] if len(cells) == 2 else "1")
    quantity = amounts[-1]
    return cells[0 if quantity else 1], cells[quantity]


def read_rows(rows, headings, maximum):
    """Return the ``(number, quantity)`` of each row of cells.

    Columns are found by the first row's words, else by what they hold, row by row.

    :raise ListError: more rows than the maximum

    >>> words = {"number": {"artikelnummer", "ref"}, "quantity": {"menge"}}
    >>> read_rows([["Pos", "Menge", "Artikelnummer"], [1, 2.0, "PAN"], [2, None, 40.5]], words, 9)
    [('PAN', '2'), ('40.5', '1')]
    >>> read_rows([["PAN", 3], [], [None, "POT", "2"]], words, 9)
    [('PAN', '3'), ('POT', '2')]
    """
    rows = [[clean(cell) for cell in row[:MAX_COLUMNS]] for row in rows]
    rows = [row for row in rows if any(row)]
    if rows and _has_heading(rows[0], headings):
        first = [normalise(cell) for cell in rows[0]]
        number = next(index for index, word in enumerate(first) if word in headings["number"])
        quantity = next(index for index, word in enumerate(first) if word in headings["quantity"])
        found = [(_cell(row, number), _cell(row, quantity) or "1") for row in rows[1:]]
    else:
        found = [_pick([cell for cell in row if cell]) for row in rows]
    return _limited(found, maximum)


def _has_heading(row, headings):
    words = {normalise(cell) for cell in row}
    return bool(words & headings["number"] and words & headings["quantity"])


def _cell(row, index):
    return row[index] if index < len(row) else ""


def _limited(found, maximum):
    if len(found) > maximum:
        raise ListError("lines")
    return [entry for entry in found if any(entry)]


def clean(cell):
    """Return a cell as a short text; whole numbers of spreadsheets lose their ``.0``.

    >>> clean(12.0), clean(1.5), clean(None), clean(" a  b\\x00")
    ('12', '1.5', '', 'a b')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(
        character for character in str(cell) if character.isprintable() or character in " \t"
    )
    return " ".join(text.split())[:MAX_CELL]


def read_file(data, headings, maximum):
    """Return the ``(number, quantity)`` of each line of a text, CSV or XLSX file.

    What a file is follows from its content, never from its name.

    :param data: bytes of the file
    :raise ListError: too big, no such file, or more lines than the maximum

    >>> words = {"number": {"article"}, "quantity": {"quantity"}}
    >>> read_file("PÄN;2".encode("utf-16"), words, 9), read_file(b"P\\xc4N;2", words, 9)
    ([('PÄN', '2')], [('PÄN', '2')])
    >>> refusal(read_file, b"%PDF-1.7 \\x00\\x01\\x02", words, 9)
    'kind'
    """
    if len(data) > MAX_BYTES:
        raise ListError("size")
    if data.startswith(_ZIP):
        return read_rows(_read_sheet(data, maximum), headings, maximum)
    return read_text(decode(data), headings, maximum)


def decode(data):
    """Return the text of bytes in UTF-8, UTF-16 or, as older programs write it, Windows' Latin-1.

    :raise ListError: the bytes are no text

    >>> decode(b"\\xef\\xbb\\xbfPAN"), decode("PAN".encode("utf-16-le"))
    ('PAN', 'PAN')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif len(data) > 1 and data[1] == 0:
        encodings = ("utf-16-le",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise ListError("kind")


def _read_sheet(data, maximum):
    """Return the rows of the first sheet; results of formulas, not formulas."""
    try:
        _check_package(data)
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        # A sheet may state dimensions of millions of empty rows; what is read is bounded here.
        rows = book.worksheets[0].iter_rows(
            max_row=4 * maximum, max_col=MAX_COLUMNS, values_only=True
        )
        return [row for row in rows if any(cell is not None for cell in row)]
    except ListError:
        raise
    except Exception as error:  # a broken file makes the library raise whatever it stumbles on
        raise ListError("kind") from error


def _check_package(data):
    """Refuse what would unpack to much more, what is no spreadsheet, and XML with entities.

    :raise ListError: ``size`` or ``kind``
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        # Reading stops at the stated size, so that a member cannot unpack to more than it says.
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise ListError("size")
        texts = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        if "xl/workbook.xml" not in texts or any(
            b"<!DOCTYPE" in package.read(name) for name in texts
        ):
            raise ListError("kind")


def refusal(read, *arguments):
    """Return the code with which a list is refused, None when it can be read."""
    try:
        read(*arguments)
    except ListError as error:
        return error.code
    return None
