"""Programs charge cards, order and hand in articles while workers and connections are killed.

Afterwards everything was done once, every program was told the same, and
``./suite check`` finds nothing wrong. The short form runs in ``test``, the long one in ``proof``.
"""

import contextlib

import psutil
import pytest
from programs import Trade

from suite import check, database, odoo, postgres, templates

pytestmark = pytest.mark.apart

DATABASE = "suite_crashes"
#: Seconds between two killed workers, and between two cuts of the database.
KILLS, CUTS = (0.3, 1.2), (1, 3)


@pytest.fixture
def victim(settings):
    """A server of its own, whose workers and database a test may kill.

    Its log is not looked at: it tells of nothing but lost connections.
    """
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, templates.complete(settings), DATABASE)
    server = odoo.OdooServer(settings, DATABASE, workers=3, name="crashes")
    server.logins = {"admin": "admin"}
    with server:
        yield server
    database.drop(settings, DATABASE)


def kill_worker(server):
    """Return what kills one worker at once, whatever it is doing; its master starts another."""

    def kill(random):
        with contextlib.suppress(psutil.NoSuchProcess):
            workers = psutil.Process(server.running()).children()
            if workers:
                random.choice(workers).kill()
                return True
        return False

    return kill


def cut_database(server, settings):
    """Return what cuts all connections with the server's database: open transactions are gone."""
    statement = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE datname = '{server.database}'"
    )
    return lambda _random: int(database.query(settings, statement)[0][0])


def test_nothing_is_lost_or_doubled_when_workers_are_killed(settings, victim):
    trade = Trade(victim, 15)
    trade.go(kill_worker(victim), KILLS, times=3)
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []


def test_nothing_is_lost_or_doubled_when_the_database_is_cut_off(settings, victim):
    trade = Trade(victim, 15)
    trade.go(cut_database(victim, settings), CUTS, times=2)
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []


@pytest.mark.proof
def test_nothing_is_lost_or_doubled_in_a_long_run_of_both(settings, victim):
    trade = Trade(victim, 300)
    kill, cut = kill_worker(victim), cut_database(victim, settings)

    def break_something(random):
        return cut(random) if random.random() < 0.1 else kill(random)

    trade.go(break_something, KILLS, times=50)
    assert sum(program.repeated for program in trade.programs) >= 10
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []
