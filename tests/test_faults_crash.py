"""PostgreSQL crashes and restarts while programs charge, order and hand in articles.

It is one of the test's own, set up as a server's: what it said was committed is on the disk.
"""

import itertools
import os
import signal

import pytest
from own_ground import own_ground
from programs import Trade

from suite import check, odoo, process
from suite.cluster import Cluster

pytestmark = pytest.mark.apart

DATABASE = "suite_crash"
#: Seconds between two crashes.
CRASHES = (2, 5)


@pytest.fixture(scope="module")
def crashing(settings):
    """A server whose PostgreSQL may be crashed."""
    with own_ground(settings, DATABASE) as own:
        server = odoo.OdooServer(own, DATABASE, workers=3, name="crash")
        server.logins = {"admin": "admin"}
        with server:
            yield server


def crash(cluster):
    """End PostgreSQL as a power cut does, for all that its clients see, and start it again."""
    pid = cluster.running()
    os.kill(pid, signal.SIGQUIT)
    assert process.wait_until(lambda: not process.alive(pid), 30)
    cluster.start()


def restart(cluster):
    """Stop PostgreSQL in order, with sessions cut, and start it again."""
    assert cluster.stop()
    cluster.start()


def trade_through(server, count, times):
    """Let programs work while PostgreSQL crashes and restarts in turn, so often at least; return its log."""
    cluster = Cluster(server.settings)
    turns = itertools.cycle((crash, restart))
    trade = Trade(server, count)

    def break_something(_random):
        next(turns)(cluster)
        return True

    trade.go(break_something, CRASHES, times)
    trade.judge()
    assert [row for row in check.find(server.settings, DATABASE) if row[2]] == []
    return cluster.log.read_text(encoding="utf-8", errors="replace")


def test_nothing_is_lost_or_doubled_when_postgresql_crashes_and_restarts(crashing):
    assert "was not properly shut down" in trade_through(crashing, 12, times=2)


@pytest.mark.proof
def test_nothing_is_lost_or_doubled_in_a_long_run_of_crashes(crashing):
    assert "was not properly shut down" in trade_through(crashing, 100, times=10)
