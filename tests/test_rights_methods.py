"""Who may call which method of the suite: ``rights/methods.txt``, cell by cell.

Of all modules. Every method that a class of the suite defines can be called over RPC by whoever has a login. Each is
called on the owner's record, of dialogues on one that the person has opened; ``rights_world`` says why nothing
happens by it.
"""

import pytest
import rights_tables
from test_rights_models import COLUMNS, number_of

pytestmark = pytest.mark.apart

#: Arguments that methods ask for, by what they are called; ``CARD`` is the number of the owner's card.
CARD = "the owner's card"
ARGUMENTS = {
    "amount": "1.00",
    "bill": "10.00",
    "hold_id": 1,
    "login": "olga",
    "minutes": 5,
    "move_id": 1,
    "number": CARD,
    "order_id": 1,
    "request_id": "rights-00000001",
    "session_id": 1,
    "text": "Anna",
    "value": "1.00",
}


def arguments_of(rights, person, fact):
    """Return the arguments of a call that a person makes."""
    given = {name: ARGUMENTS[name] for name in fact["needs"] if name in ARGUMENTS}
    if "number" in given:
        given["number"] = rights.card
    if not fact["on_model"]:
        given["ids"] = [number_of(rights, person, fact["model"])]
    return given


def find_cell(rights, person, fact):
    """Return how a method answers a person: ``x``, ``o``, ``-``; see ``methods.txt``."""
    arguments = arguments_of(rights, person, fact)
    outcome = rights.call(person, fact["model"], fact["method"], **arguments)
    harmless = outcome.kind in ("done", "rule") and outcome.answer != "REHEARSAL"
    if harmless and is_emptied(rights, person, fact["model"]):
        return "-"
    if outcome.kind == "done" and is_way(outcome.answer):
        return "o"
    if is_refusal(outcome.answer):
        return "-"
    return {"done": "x", "denied": "-", "rule": "x"}.get(outcome.kind, "!")


def is_emptied(rights, person, name):
    """Tell whether a dialogue about records shows none: the person may not read them."""
    lists = rights.about.get(name)
    if not lists:
        return False
    number = number_of(rights, person, name)
    shown = rights.call(person, name, "read", ids=[number], fields=lists)
    return shown.kind == "done" and not any(shown.answer[0][one] for one in lists)


def is_refusal(answer):
    """Tell whether an operation answered that this is no integrator, or a number that it is no card's."""
    if isinstance(answer, dict):
        return "not_permitted" in str(answer.get("error"))
    return "AccountNotFound" in str(answer) or "There is no such record." in str(answer)


def is_way(answer):
    """Tell whether an answer is nothing, or a way to a page that asks for rights by itself."""
    return answer in (None, True, False, []) or (
        isinstance(answer, dict) and str(answer.get("type")).startswith("ir.actions.")
    )


@pytest.mark.slow
def test_everybody_calls_the_methods_the_table_says(rights):
    jobs = [(fact, person) for fact in rights.facts["methods"] for person in COLUMNS]
    cells = rights.each(
        lambda job: find_cell(rights, rights.who(job[1], job[0]["module"]), job[0]), jobs
    )
    found = {f"{fact['model']}:{fact['method']}": {} for fact in rights.facts["methods"]}
    for (fact, person), cell in zip(jobs, cells, strict=True):
        found[f"{fact['model']}:{fact['method']}"][person] = cell
    problems = rights_tables.compare("methods.txt", found)
    assert not problems, "\n".join(problems)
