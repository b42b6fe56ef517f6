"""The tables in ``rights/``: text files with a row for each thing and a column for each person.

Lines that begin with ``#`` are for readers. Cells are written out: none stands for several things.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "rights"


def read(name):
    """Return ``({thing: {person: cell}}, problems)`` of a table; its first line names the persons."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    head, *rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    table, problems = {}, []
    for thing, *cells in rows:
        if thing in table:
            problems.append(f"{name}: {thing} has two rows")
        if len(cells) != len(head) - 1:
            problems.append(f"{name}: {thing} has {len(cells)} cells for {len(head) - 1} columns")
        table[thing] = dict(zip(head[1:], cells, strict=False))
    return table, problems


def compare(name, found):
    """Return what differs between a table and what was found, as sentences.

    :param found: ``{thing: {person: cell}}``
    """
    table, problems = read(name)
    problems += [f"{name}: {thing} has no row" for thing in sorted(found.keys() - table.keys())]
    problems += [f"{name}: {thing} is gone" for thing in sorted(table.keys() - found.keys())]
    for thing in sorted(table.keys() & found.keys()):
        for person in sorted(table[thing].keys() | found[thing].keys()):
            expected, got = table[thing].get(person, "?"), found[thing].get(person, "?")
            if expected != got:
                problems.append(f"{name}: {thing}, {person}: expected {expected}, got {got}")
    return problems
