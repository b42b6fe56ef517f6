"""Who may read, write, create and delete which records: ``rights/models.txt``, cell by cell.

Of all modules. Each cell is found by doing it, on the owner's record; ``rights_world`` says why
nothing happens by it. A letter stands for what is allowed: r, w, c, d. A capital letter: the right is there, and a
rule of the business, which asks for something else than who it is, refuses this record or these values.
"""

import pytest
import rights_tables
from rights_world import PERSONS

pytestmark = pytest.mark.apart

#: What integrators may not is proven by ``test_integrators_gate.py``.
COLUMNS = tuple(person for person in PERSONS if person != "integrator")
CALLS = {
    "r": ("read", lambda number, values: {"ids": [number], "fields": ["id"]}),
    "w": ("write", lambda number, values: {"ids": [number], "vals": values["write"]}),
    "c": ("create", lambda number, values: {"vals_list": [values["create"]]}),
    "d": ("unlink", lambda number, values: {"ids": [number]}),
}
NOTHING = {"write": {}, "create": {}}


def number_of(rights, person, name):
    """Return the id of the record that a person tries: of dialogues, one the person has opened."""
    return rights.own.get(name, {}).get(person) or rights.records.get(name, 1)


def find_cell(rights, person, name):
    """Return what a person may do with a model, as a cell; those without a table are only created."""
    number = number_of(rights, person, name)
    values = rights.values.get(name, NOTHING)
    cell = ""
    for letter, (method, arguments) in CALLS.items():
        if letter != "c" and name not in rights.records:
            cell += "-"
            continue
        outcome = rights.call(person, name, method, **arguments(number, values))
        cell += {"done": letter, "denied": "-", "rule": letter.upper()}.get(outcome.kind, "!")
    return cell


def is_found(rights, person, name):
    """Tell whether a person's search finds the record."""
    found = rights.call(
        person, name, "search", domain=[["id", "=", number_of(rights, person, name)]],
        context={"active_test": False},
    )  # fmt: skip
    return found.kind == "done" and found.answer != []


def each_cell(rights, function, facts):
    """Return ``{model: {person: function(rights, user, model)}}``."""
    jobs = [(fact, person) for fact in facts for person in COLUMNS]
    found = rights.each(
        lambda job: function(rights, rights.who(job[1], job[0]["module"]), job[0]["model"]), jobs
    )
    cells = {fact["model"]: {} for fact in facts}
    for (fact, person), cell in zip(jobs, found, strict=True):
        cells[fact["model"]][person] = cell
    return cells


@pytest.mark.slow
def test_everybody_does_with_records_what_the_table_says(rights):
    found = each_cell(rights, find_cell, rights.facts["models"])
    problems = rights_tables.compare("models.txt", found)
    assert not problems, "\n".join(problems)


@pytest.mark.slow
def test_a_search_finds_what_may_be_read_and_nothing_else(rights):
    stored = [fact for fact in rights.facts["models"] if fact["kind"] == "stored"]
    table, _ = rights_tables.read("models.txt")
    found = each_cell(rights, is_found, stored)
    differing = [
        f"{name}, {person}: may read: {'r' in table[name][person]}, found: {hit}"
        for name, row in found.items()
        for person, hit in row.items()
        if hit != ("r" in table[name][person])
    ]
    assert not differing, "\n".join(differing)


@pytest.mark.slow
def test_a_dialogue_is_shown_to_nobody_but_who_opened_it(rights):
    """Not to an administrator either: what was typed there is nobody else's."""
    dialogues = [fact for fact in rights.facts["models"] if fact["kind"] == "transient"]
    shown = []
    for fact in dialogues:
        for person in ("manager", "other", "admin"):
            user = rights.who(person, fact["module"])
            others = rights.own[fact["model"]]["staff"]
            outcome = rights.call(user, fact["model"], "read", ids=[others], fields=["id"])
            if outcome.kind != "denied":
                shown.append(f"{fact['model']}: {person} reads another person's")
    assert not shown, "\n".join(shown)
