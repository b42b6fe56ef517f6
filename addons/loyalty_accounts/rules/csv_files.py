"""Text files with separated values: how they are encoded, separated, and kept harmless."""

import codecs
import csv
import io
import re

from .errors import RuleError

DELIMITERS = (",", ";", "\t")
#: Longest cell; the csv module refuses longer ones.
MAX_CELL = 100_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What spreadsheet programs take for a formula, whatever apostrophes stand before it.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")
#: Control characters that no text has, but what is not text, or not in this encoding.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d\ufffe\uffff]")


def decode(data):
    r"""Return the text of a file and the name of its encoding.

    UTF-8 and UTF-16 are recognised with or without their mark; what is not valid in them is
    Windows-1252, of which Latin-1 is a part.

    >>> decode("Žofia".encode()), decode(codecs.BOM_UTF8 + b"x"), decode("Ž".encode("utf-16"))
    (('Žofia', 'utf-8'), ('x', 'utf-8-sig'), ('Ž', 'utf-16'))
    >>> decode("a;Müller €\n".encode("cp1252")), decode("No;Žof".encode("utf-16-le"))
    (('a;Müller €\n', 'cp1252'), ('No;Žof', 'utf-16-le'))
    >>> for bad in (b"\x00\x01\x02\x03", codecs.BOM_UTF8 + b"\xff", b"a\x81b", b"GIF89a\x01\x00"):
    ...     try:
    ...         decode(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    encoding_unknown
    encoding_unknown
    encoding_unknown
    encoding_unknown

    :raise RuleError: ``encoding_unknown``
    """
    text, encoding = _try_encodings(data, _guess_encodings(data))
    if _NOT_TEXT.search(text):
        raise RuleError("encoding_unknown")
    return text, encoding


def _guess_encodings(data):
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return (encoding,)
    zeros = data[:1000].count(0)
    if zeros:  # half of the bytes of a Western text in UTF-16 are zero
        even = data[:1000:2].count(0)
        return ("utf-16-be",) if even > zeros / 2 else ("utf-16-le",)
    return ("utf-8", "cp1252")


def _try_encodings(data, encodings):
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise RuleError("encoding_unknown")


def find_delimiter(text):
    r"""Return what separates the cells, by the first line.

    >>> find_delimiter('Number;"Name, first"\n1;x'), find_delimiter("a\tb"), find_delimiter("one")
    (';', '\t', ',')
    """
    line = next(iter(text.splitlines()), "")
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=unquoted.count)


def read_rows(text, delimiter):
    r"""Yield ``(number of the row, cells)``; rows are counted as a spreadsheet shows them.

    >>> list(read_rows('a;b\n"x\ny";2\n', ";"))
    [(1, ['a', 'b']), (2, ['x\ny', '2'])]
    >>> try:
    ...     list(read_rows('a,b\n"x,y', ","))
    ... except RuleError as error:
    ...     print(error.code, error.values)
    csv_broken {'row': 2}

    :raise RuleError: ``csv_broken``: quotes that are not closed, a cell without end
    """
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RuleError("csv_broken", row=number) from error
        yield number, [unprotect(cell) for cell in cells]


def protect(text):
    """Put an apostrophe before what a spreadsheet program would take for a formula.

    >>> protect("=1+1"), protect("'=x"), protect("'Tis"), protect("2912345678906")
    ("'=1+1", "''=x", "'Tis", '2912345678906')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unprotect(text):
    """Undo :func:`protect`.

    >>> [unprotect(protect(text)) for text in ("=1+1", "'=x", "'Tis", "'", "")]
    ['=1+1', "'=x", "'Tis", "'", '']
    """
    return text[1:] if _PROTECTED.match(text) else text
