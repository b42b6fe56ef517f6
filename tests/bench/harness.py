"""Timing two things side by side, and what is said of them.

Ours and the peer take turns in one run, so that a machine that slows down slows both. Figures:

- ``ours_ms``, ``peer_ms``: medians of the rounds;
- ``ratio``: the median of the rounds' own ratios ours ÷ peer;
- ``spread``: interquartile range of these ratios divided by their median;
- ``queries``, ``peer_queries``: SQL statements for one call, counted by the server.
"""

import dataclasses
import json
import statistics
import time

MIN_ROUNDS = 15
WARM_UP = 5
COLUMNS = ("case", "size", "ours_ms", "peer_ms", "ratio", "spread", "queries", "peer_queries")


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the result; ``extra`` holds what only this case measures."""

    case: str
    size: str
    ours_ms: float
    peer_ms: float
    ratio: float
    spread: float
    queries: float | None
    peer_queries: float | None
    extra: dict


@dataclasses.dataclass
class Side:
    """One of the two: what is called, what its answer must satisfy, what was measured.

    :param call: takes the number of the round, returns the answer
    :param check: takes the number of the round and the answer; raises when it is wrong
    """

    call: object
    check: object
    seconds: list = dataclasses.field(default_factory=list)
    queries: list = dataclasses.field(default_factory=list)

    def measure(self, number, count_queries, *, keep):
        """Call once; the check and the counting are not timed."""
        started = time.perf_counter()
        answer = self.call(number)
        spent = time.perf_counter() - started
        self.check(number, answer)
        counted = count_queries()
        if keep:
            self.seconds.append(spent)
            self.queries.append(counted)


def compare(ours, peer, *, rounds=MIN_ROUNDS, count_queries=lambda: None, show=None):
    """Let two sides take turns, after a warm-up; each other round the peer goes first.

    :param rounds: at least MIN_ROUNDS, where a round is short
    :param count_queries: returns the number of statements of the latest call
    :param show: called with a text now and then
    """
    for number in range(rounds + WARM_UP):
        order = (ours, peer) if number % 2 == 0 else (peer, ours)
        for side in order:
            side.measure(number, count_queries, keep=number >= WARM_UP)
        if show:
            show(f"round {number + 1} of {rounds + WARM_UP}")


def row(case, size, ours, peer, **extra):
    """Return the :class:`Row` of two measured sides."""
    ratios = paired_ratios(ours.seconds, peer.seconds)
    return Row(
        case=case,
        size=size,
        ours_ms=round(1000 * statistics.median(ours.seconds), 3),
        peer_ms=round(1000 * statistics.median(peer.seconds), 3),
        ratio=round(statistics.median(ratios), 3),
        spread=round(spread(ratios), 3),
        queries=_median_or_none(ours.queries),
        peer_queries=_median_or_none(peer.queries),
        extra={"rounds": len(ratios), **extra},
    )


def paired_ratios(ours, peer):
    """Return ours ÷ peer, round by round."""
    return [one / other for one, other in zip(ours, peer, strict=True)]


def spread(values):
    """Return the interquartile range divided by the median.

    >>> spread([1, 2, 3, 4, 5])
    0.6666666666666666
    """
    if len(values) < 2:
        return 0.0
    first, middle, third = statistics.quantiles(values, n=4, method="inclusive")
    return (third - first) / middle


def _median_or_none(counts):
    known = [count for count in counts if count is not None]
    return float(statistics.median(known)) if known else None


def write_json(path, rows):
    """Write rows as a list of objects."""
    text = json.dumps([dataclasses.asdict(row) for row in rows], indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")


def table(rows):
    """Return rows as text, one line each, the extras below their row."""
    cells = [COLUMNS, *(tuple(_cell(getattr(row, name)) for name in COLUMNS) for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(COLUMNS))]
    lines = [_line(line, widths) for line in cells]
    for index, entry in reversed(list(enumerate(rows, 1))):
        extras = ", ".join(f"{name} {_cell(value)}" for name, value in entry.extra.items())
        lines.insert(index + 1, f"    {extras}")
    return "\n".join(lines)


def _line(cells, widths):
    words = zip(cells, widths, strict=True)
    aligned = [
        word.ljust(width) if index < 2 else word.rjust(width)
        for index, (word, width) in enumerate(words)
    ]
    return "  ".join(aligned).rstrip()


def _cell(value):
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)
