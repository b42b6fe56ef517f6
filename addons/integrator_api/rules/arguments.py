"""What an operation takes: kinds of arguments, how each is read, and how its limits are told."""

import dataclasses
import re
from datetime import date
from decimal import Decimal

#: What an absent argument looks like; None and "" count as absent, too.
ABSENT = object()
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,5})?", re.ASCII)


class ArgumentError(ValueError):
    """An argument is not acceptable.

    :param name: of the argument
    :param problem: ``missing``, ``unknown``, ``text``, ``whole``, ``amount``, ``flag``, ``day``,
        ``choice`` or ``rows``
    :param limits: as :attr:`Argument.limits`
    """

    def __init__(self, name, problem, limits=""):
        super().__init__(f"{name}: {problem}")
        self.name, self.problem, self.limits = name, problem, limits


@dataclasses.dataclass(frozen=True)
class Argument:
    """One argument of an operation.

    :param about: what it means, one phrase
    :param default: what an operation gets where it is absent; without one it is required
    """

    name: str
    about: str
    default: object = ABSENT
    problem = ""

    @property
    def is_required(self):
        """Whether the operation refuses a call without it."""
        return self.default is ABSENT

    @property
    def limits(self):
        """Type, unit and range in a phrase."""
        raise NotImplementedError

    def convert(self, value):
        """Return the value as the operation wants it.

        :raise ArgumentError: missing, or of the wrong type or range
        """
        if value is ABSENT or value is None or value == "":
            if self.is_required:
                raise ArgumentError(self.name, "missing", self.limits)
            return self.default
        if (parsed := self._parse(value)) is None:
            raise ArgumentError(self.name, self.problem, self.limits)
        return parsed

    def _parse(self, value):
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Text(Argument):
    """Printable text on one line.

    >>> number = Text("number", "card number", longest=5)
    >>> number.limits, number.convert("12345")
    ('text, 1–5 characters', '12345')
    >>> for bad in ("123456", "a\\nb", 7, None, "a\\x00", " "):
    ...     try:
    ...         number.convert(bad)
    ...     except ArgumentError as error:
    ...         print(error.problem)
    text
    text
    text
    missing
    text
    text
    """

    shortest: int = 1
    longest: int = 100
    problem = "text"

    @property
    def limits(self):
        """Override: the length."""
        return f"text, {self.shortest}–{self.longest} characters"

    def _parse(self, value):
        if not isinstance(value, str) or not value.isprintable() or not value.strip():
            return None
        return value if self.shortest <= len(value) <= self.longest else None


@dataclasses.dataclass(frozen=True)
class Whole(Argument):
    """A whole number.

    >>> Whole("limit", "rows", default=100, least=1, most=500).convert("")
    100
    >>> for bad in (0, 501, True, 1.0, "5"):
    ...     try:
    ...         Whole("limit", "rows", least=1, most=500).convert(bad)
    ...     except ArgumentError as error:
    ...         print(error)
    limit: whole
    limit: whole
    limit: whole
    limit: whole
    limit: whole
    """

    least: int = 1
    most: int = 2**31 - 1
    problem = "whole"

    @property
    def limits(self):
        """Override: the range."""
        return f"whole number, {self.least}–{self.most}"

    def _parse(self, value):
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return value if self.least <= value <= self.most else None


@dataclasses.dataclass(frozen=True)
class Amount(Argument):
    """Money or a quantity: decimal text with a point, so that no float rounds it.

    >>> Amount("amount", "to pay").convert("12.50")
    Decimal('12.50')
    >>> for bad in ("0", "-1", 12.5, "1e3", "1,50", "1234567890", True, "NaN", "٣"):
    ...     try:
    ...         Amount("amount", "to pay").convert(bad)
    ...     except ArgumentError as error:
    ...         assert error.problem == "amount"
    ...     else:
    ...         print(bad, "was read")
    """

    problem = "amount"

    @property
    def limits(self):
        """Override: how it is written."""
        return 'decimal text such as "12.50", above 0, below 1000000000'

    def _parse(self, value):
        if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
            return None
        return Decimal(value) or None


@dataclasses.dataclass(frozen=True)
class Day(Argument):
    """A calendar day.

    >>> Day("start", "first day").convert("2026-01-31")
    datetime.date(2026, 1, 31)
    >>> for bad in ("31.1.2026", "2026-02-30", "2026-W05-1", 20260131):
    ...     try:
    ...         Day("start", "first day").convert(bad)
    ...     except ArgumentError as error:
    ...         assert error.problem == "day"
    ...     else:
    ...         print(bad, "was read")
    """

    problem = "day"

    @property
    def limits(self):
        """Override: how it is written."""
        return "day, YYYY-MM-DD"

    def _parse(self, value):
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None


@dataclasses.dataclass(frozen=True)
class Rows(Argument):
    """A list of objects with the same arguments in each.

    >>> lines = Rows("lines", "what is ordered", columns=(Whole("product", "its id"),), most=2)
    >>> lines.convert([{"product": 7}])
    [{'product': 7}]
    >>> lines.limits
    'list of 1–2 objects with product'
    >>> for bad in ([], [{"product": 1}] * 3, {"product": 1}, [1], [{"product": 1}, {"product": "1"}]):
    ...     try:
    ...         lines.convert(bad)
    ...     except ArgumentError as error:
    ...         print(error)
    lines: rows
    lines: rows
    lines: rows
    lines: rows
    lines[1].product: whole
    """

    columns: tuple = ()
    most: int = 200
    problem = "rows"

    @property
    def limits(self):
        """Override: how many, and of what."""
        names = ", ".join(
            column.name if column.is_required else f"{column.name} (optional)"
            for column in self.columns
        )
        return f"list of 1–{self.most} objects with {names}"

    def _parse(self, value):
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            return None
        if not 1 <= len(value) <= self.most:
            return None
        return [self._read_row(number, row) for number, row in enumerate(value)]

    def _read_row(self, number, row):
        try:
            return read_all(self.columns, row)
        except ArgumentError as error:
            place = f"{self.name}[{number}].{error.name}"
            raise ArgumentError(place, error.problem, error.limits) from error


def read_all(arguments, given):
    """Return ``{name: value}`` of a call's arguments, each read.

    >>> read_all([Text("number", "card number")], {"number": "123"})
    {'number': '123'}
    >>> try:
    ...     read_all([Text("number", "card number")], {"number": "123", "pin": "1"})
    ... except ArgumentError as error:
    ...     print(error, "-", error.limits)
    pin: unknown - number

    :param given: ``{name: value}`` as it came
    :raise ArgumentError: the first argument that is wrong
    """
    known = {argument.name for argument in arguments}
    for name in given:
        if name not in known:
            raise ArgumentError(str(name)[:40], "unknown", ", ".join(sorted(known)))
    return {
        argument.name: argument.convert(given.get(argument.name, ABSENT)) for argument in arguments
    }
