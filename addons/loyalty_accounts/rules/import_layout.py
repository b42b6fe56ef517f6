"""The columns of a file of accounts, and which heading means which of them."""

from .errors import RuleError

#: Columns in the order in which they are exported; the names are also understood as headings.
COLUMNS = (
    "number",
    "name",
    "company",
    "currency",
    "customer_name",
    "customer_email",
    "customer_ref",
    "discount",
    "credit_rate",
    "valid_until",
    "blocked",
    "block_reason",
    "archived",
    "opening_balance",
    "credit_expiry",
    "note",
)
#: Those that name the contact whose card it is.
CUSTOMER_COLUMNS = ("customer_name", "customer_email", "customer_ref")
#: Chosen for a column that is to be left out.
SKIP = "skip"

#: Rows read at most, the heading not counted; and columns.
MAX_ROWS = 100_000
MAX_COLUMNS = 60


def fold(heading):
    r"""Spell a heading so that case, spaces and a trailing star do not matter.

    >>> fold("  Card\n NUMBER *"), fold(None), fold(12)
    ('card number', '', '12')
    """
    return " ".join(str("" if heading is None else heading).casefold().split()).rstrip(" *")


def match_headings(headings, labels, remembered):
    """Return the column that each heading means, None where nobody knows.

    What people chose last time wins over labels. Of two headings that mean the same, the second
    one stays open: people decide.

    >>> labels = {"card number": "number", "name": "name"}
    >>> match_headings(["Card number", "NAME", "Nr.", "name"], labels, {"nr.": "skip"})
    ['number', 'name', 'skip', None]

    :param labels: ``{folded heading: column}``
    :param remembered: the same, as chosen last time
    """
    found = []
    for heading in map(fold, headings):
        known = remembered.get(heading) or labels.get(heading)
        known = known or (heading if heading in COLUMNS else None)
        found.append(None if known != SKIP and known in found else known)
    return found


def check_headings(headings):
    """Refuse a first row that cannot be one of headings.

    >>> check_headings(["Card number", "Name", None])
    ['Card number', 'Name']
    >>> for bad in ([], [None, " "], list("x" * 61), ["a", None, "b"]):
    ...     try:
    ...         check_headings(bad)
    ...     except RuleError as error:
    ...         print(error.code, error.values)
    file_empty {}
    file_empty {}
    columns_too_many {'maximum': 60}
    heading_missing {'column': 'B'}

    :return: the headings as text, without the empty ones behind the last
    :raise RuleError: ``file_empty``, ``columns_too_many`` or ``heading_missing``
    """
    texts = [" ".join(str("" if cell is None else cell).split()) for cell in headings]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise RuleError("file_empty")
    if len(texts) > MAX_COLUMNS:
        raise RuleError("columns_too_many", maximum=MAX_COLUMNS)
    if "" in texts:
        raise RuleError("heading_missing", column=letter(texts.index("")))
    return texts


def letter(index):
    """Name of a column as spreadsheets show it.

    >>> letter(0), letter(25), letter(26), letter(59)
    ('A', 'Z', 'AA', 'BH')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
