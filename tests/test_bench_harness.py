"""The pure parts of the bench: order of turns, figures, shape of the result."""

import json

import pytest
from bench import harness, known_cases
from bench.clients import QueryLog

pytestmark = pytest.mark.apart


def side(calls, name, check=lambda _number, _answer: None):
    return harness.Side(lambda number: calls.append((number, name)), check)


def test_ours_and_the_peer_take_turns_and_change_who_goes_first():
    calls = []
    harness.compare(side(calls, "ours"), side(calls, "peer"), rounds=3)
    assert calls[:4] == [(0, "ours"), (0, "peer"), (1, "peer"), (1, "ours")]
    assert len(calls) == 2 * (3 + harness.WARM_UP)


def test_the_warm_up_is_not_counted():
    ours, peer = side([], "ours"), side([], "peer")
    harness.compare(ours, peer, rounds=4, count_queries=lambda: 7)
    assert len(ours.seconds) == len(peer.seconds) == 4
    assert ours.queries == [7] * 4


def test_a_wrong_answer_ends_the_run():
    def check(number, _answer):
        assert number < 2

    with pytest.raises(AssertionError):
        harness.compare(side([], "ours", check), side([], "peer"))


def measured(*seconds, queries=()):
    return harness.Side(None, None, list(seconds), list(queries))


def test_the_ratio_is_the_median_of_the_rounds_own_ratios():
    row = harness.row("c", "1", measured(0.002, 0.004, 0.9), measured(0.001, 0.002, 0.3))
    assert (row.ours_ms, row.peer_ms, row.ratio) == (4.0, 2.0, 2.0)


def test_the_spread_of_equal_ratios_is_zero():
    assert harness.row("c", "1", measured(2, 4, 6), measured(1, 2, 3)).spread == 0


def test_an_unknown_number_of_queries_stays_unknown():
    row = harness.row("c", "1", measured(1, queries=[None]), measured(1, queries=[3, None]))
    assert row.queries is None
    assert row.peer_queries == 3


def test_the_json_is_a_list_of_objects_with_the_agreed_keys(tmp_path):
    path = tmp_path / "figures.json"
    harness.write_json(path, [harness.row("c", "1", measured(1), measured(1), lost=0)])
    (entry,) = json.loads(path.read_text())
    assert list(entry) == [*harness.COLUMNS, "extra"]
    assert entry["extra"] == {"rounds": 1, "lost": 0}


def test_the_table_has_a_line_for_each_row_and_its_extras():
    rows = [harness.row("c", size, measured(1), measured(1)) for size in "12"]
    lines = harness.table(rows).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        ["c", "1"],
        ["rounds", "1"],
        ["c", "2"],
        ["rounds", "1"],
    ]


def test_the_servers_log_tells_the_statements_of_each_request(tmp_path):
    path = tmp_path / "odoo.log"
    path.write_text("old\n")
    log = QueryLog(path)
    with path.open("a") as handle:
        handle.write('1 INFO werkzeug: "POST /xmlrpc/2/object HTTP/1.1" 200 - 12 0.008 0.020\n')
        handle.write('1 INFO db werkzeug: "GET /x HTTP/1.1" 200 - - - -\n')
    assert log.latest() == 12
    assert log.latest() is None


def test_every_case_says_what_it_compares():
    cases = known_cases()
    assert cases
    for module in cases.values():
        assert "peer" in module.__doc__.lower()
        assert callable(module.run)
