"""The clock of a server jumps: a year ahead and back, over midnight and over the change to winter time.

PostgreSQL and Odoo run under libfaketime, which takes the time from a file, so that both jump at once.
"""

import datetime as dt
import itertools
import time
import uuid
from pathlib import Path

import connector_facts
import pytest
import requests
from browser import query
from integrators import Integrator
from loyalty import assert_books, open_account
from own_ground import own_ground
from programs import Trade
from rpc import JsonRpc, XmlRpc
from test_connectors import Scene
from test_consolidation_rpc import refused

from suite import check, modules, odoo, process, stand_ins
from suite.cluster import Cluster

pytestmark = pytest.mark.apart

DATABASE = "suite_clock"
HOUR, DAY = 3600, 86400
YEAR = 365 * DAY
#: Jumps while programs work, in seconds from the machine's own time, and the pause between two.
JUMPS, PAUSE = (YEAR, 0, HOUR, -HOUR, 0), (0.5, 1.5)
#: What runs every night.
NIGHT = (
    "ir_cron_expire_credit",
    "ir_cron_remind_expiring",
    "ir_cron_post_batches",
    "ir_cron_verify_ledger",
)


class Clock:
    """The clock of the servers: the machine's, and so many seconds more."""

    def __init__(self, path):
        self.path = path
        self.jump(0)

    def jump(self, seconds):
        """Put the clock so many seconds ahead of (or behind) the machine's."""
        new = self.path.with_suffix(".new")
        new.write_text(f"{int(seconds):+d}\n", encoding="utf-8")
        new.chmod(0o644)
        new.replace(self.path)

    def jump_to(self, moment):
        """Put the clock to a moment, from where it goes on."""
        self.jump((moment - dt.datetime.now(dt.timezone.utc)).total_seconds())


def find_library():
    """Return the library that fakes the time; the ground of the tests installs its package."""
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    return library


@pytest.fixture(scope="module")
def clocked(settings):
    """A server and its PostgreSQL under a clock of their own: ``(server, clock)``."""
    with own_ground(settings, DATABASE) as own, pytest.MonkeyPatch.context() as patch:
        clock = Clock(own.data / "clock")
        Cluster(own).stop()
        patch.setenv("LD_PRELOAD", str(find_library()))
        patch.setenv("FAKETIME_TIMESTAMP_FILE", str(clock.path))
        patch.setenv("FAKETIME_NO_CACHE", "1")
        patch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        Cluster(own).start()
        server = odoo.OdooServer(own, DATABASE, workers=2, name="clock")
        server.logins = {"admin": "admin"}
        server.logins |= {login: password for login, password, _ in modules.demo_logins(own)}
        with server:
            yield server, clock


def wait_for(server):
    """Wait until the server answers: it takes workers for dead whose last sign is hours ago."""
    time.sleep(3)
    assert process.wait_until(server.answers, 60)


def assert_all_right(server):
    """Nothing is wrong, by the machine's own time."""
    assert_books(server)
    assert [row for row in check.find(server.settings, DATABASE) if row[2]] == []


def run_night(server, module="loyalty_accounts", jobs=NIGHT):
    """Run what runs every night."""
    call = JsonRpc(server, "admin")
    found = call(
        "ir.model.data", "search_read",
        [["module", "=", module], ["name", "in", list(jobs)]], ["res_id"],
    )  # fmt: skip
    assert len(found) == len(jobs)
    for one in found:
        call("ir.cron", "method_direct_trigger", [one["res_id"]])


def read_statement(integrator, number, limit=7):
    """Return the numbers of a card's movements, page after page from where the last one ended."""
    seen, since = [], None
    while True:
        page = integrator("loyalty_statement", number=number, limit=limit, **since or {})
        seen += [one["seq"] for one in page["moves"]]
        since = {"since": page["next"]}
        if not page["more"]:
            return seen


def test_the_time_of_the_servers_jumps(clocked):
    server, clock = clocked
    clock.jump(YEAR)
    ((ahead,),) = query(
        server, "SELECT now() - %s > interval '364 days'", dt.datetime.now(dt.timezone.utc)
    )
    admin = XmlRpc(server, "admin")
    number = open_account(admin)["number"]
    moved = query(
        server,
        "SELECT max(move.date) FROM loyalty_account_move move JOIN loyalty_account account"
        " ON account.id = move.account_id WHERE account.number = %s",
        number,
    )[0][0]
    clock.jump(0)
    assert ahead
    assert moved - dt.datetime.now(dt.timezone.utc).replace(tzinfo=None) > dt.timedelta(days=364)


def test_nothing_is_lost_or_doubled_while_the_clock_jumps_under_load(clocked):
    server, clock = clocked
    trade, jumps = Trade(server, 10), itertools.cycle(JUMPS)

    def jump(_random):
        clock.jump(next(jumps))
        return True

    trade.go(jump, PAUSE, times=len(JUMPS))
    clock.jump(0)
    trade.judge()
    integrator = Integrator(server)
    seen = read_statement(integrator, trade.card)
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == len(trade.programs[0].answers) + 1  # and the credit it began with
    assert_all_right(server)


def test_nights_of_a_year_that_was_none_expire_once_and_leave_the_books_right(clocked):
    server, clock = clocked
    admin = XmlRpc(server, "admin")
    company = admin("res.users", "read", [admin.uid], ["company_id"])[0]["company_id"][0]
    admin("res.company", "write", [company], {"loyalty_paid_expiry_months": 6})
    card = open_account(admin, credit=40)
    clock.jump(YEAR)
    wait_for(server)
    run_night(server)
    run_night(server)
    assert admin("loyalty.api", "find", card["number"])["balance"] == 0
    clock.jump(0)
    run_night(server)
    admin("res.company", "write", [company], {"loyalty_paid_expiry_months": 0})
    admin("loyalty.api", "top_up", card["number"], 10, uuid.uuid4().hex)
    assert admin("loyalty.api", "find", card["number"])["balance"] == 10
    kinds = query(
        server,
        "SELECT kind FROM loyalty_account_move WHERE account_id = %s ORDER BY seq",
        card["id"],
    )
    assert [kind for (kind,) in kinds].count("expire") == 1
    assert_all_right(server)


def test_a_reservation_that_ran_out_is_released_once_whatever_the_clock_says_later(clocked):
    server, clock = clocked
    integrator, admin = Integrator(server), XmlRpc(server, "admin")
    number = open_account(admin, credit=30)["number"]
    told = integrator(
        "loyalty_hold", number=number, amount="30.00", minutes=15, request_id=uuid.uuid4().hex
    )
    assert told["available"] == "0.00"
    clock.jump(HOUR)
    wait_for(server)
    run_night(server)
    charge = {"number": number, "amount": "30.00"}
    assert integrator("loyalty_charge", **charge, request_id=uuid.uuid4().hex)["balance"] == "0.00"
    clock.jump(0)
    wait_for(server)
    again = integrator("loyalty_charge", **charge, request_id=uuid.uuid4().hex)
    assert again["error"]["code"] == "insufficient_credit"
    assert_all_right(server)


@pytest.mark.proof
def test_an_agreement_is_over_while_its_last_day_has_passed_and_for_good_once_it_was_ended(clocked):
    server, clock = clocked
    card = open_account(XmlRpc(server, "admin"), credit=60)
    shop, bistro = XmlRpc(server, "manager"), XmlRpc(server, "bistro")

    def pay():
        return bistro("loyalty.api", "charge", card["number"], 10, uuid.uuid4().hex)

    assert pay()["amount"] == -10
    ((agreement,),) = query(
        server,
        "SELECT id FROM consolidation_agreement WHERE state = 'active' AND end_date IS NULL"
        " AND sender_id = (SELECT company_id FROM res_users WHERE login = 'manager')"
        " AND accepter_id = (SELECT company_id FROM res_users WHERE login = 'bistro')",
    )
    last_day = (dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=30)).date().isoformat()
    notice = {"agreement_id": agreement, "last_day": last_day}
    (wizard,) = shop("consolidation.agreement.end", "create", [notice])
    shop("consolidation.agreement.end", "action_confirm", [wizard])
    assert pay()["amount"] == -10
    clock.jump(YEAR)
    wait_for(server)
    refused(pay)
    clock.jump(0)
    wait_for(server)
    assert pay()["amount"] == -10
    clock.jump(YEAR)
    wait_for(server)
    for _night in range(2):
        run_night(server, "partner_consolidation", ["ir_cron_end_agreements"])
    clock.jump(0)
    wait_for(server)
    refused(pay)
    state = "SELECT state, terms_id IS NOT NULL FROM consolidation_agreement WHERE id = %s"
    assert query(server, state, agreement) == [("ended", True)]
    assert_all_right(server)


@pytest.mark.proof
def test_tokens_of_a_clock_that_was_ahead_keep_no_invoice_from_its_books(clocked):
    server, clock = clocked
    with stand_ins.StandIn(server.settings, "fortnox") as stand_in:
        clock.jump(YEAR)
        wait_for(server)
        scene = Scene(server, stand_in, connector_facts.FACTS["fortnox"])  # agreed a year ahead
        clock.jump(0)
        wait_for(server)
        # Odoo takes the token for good for another year; there it ends with the next request.
        faults = {"planned": ["expire"]}
        requests.post(f"{stand_in.url}/_standin/faults", json=faults, timeout=20)
        for jump in (0, YEAR, 2 * HOUR, 0):
            clock.jump(jump)
            wait_for(server)
            invoice = scene.create(2, 10)
            _export, seen = scene.export(invoice)
            assert seen.total == scene.total(invoice)
        scene.call("accounting.backend", "write", [scene.backend], {"active": False})
    assert_all_right(server)


def next_year(month, hour, *, last_sunday=False):
    """Return three seconds before an hour is over (UTC), on the month's last day or last Sunday."""
    first = dt.date(dt.datetime.now(dt.timezone.utc).year + 1, month, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    if last_sunday:
        last -= dt.timedelta(days=(last.weekday() + 1) % 7)
    return dt.datetime.combine(last, dt.time(hour, 59, 57), dt.timezone.utc)


#: To winter time in Europe; New Year in Amsterdam and in London, and to summer time in ``proof``.
MOMENTS = {
    "winter time": next_year(10, 0, last_sunday=True),
    "New Year in Amsterdam": next_year(12, 22),
    "New Year in London": next_year(12, 23),
    "summer time": next_year(3, 0, last_sunday=True),
}


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, id=name, marks=() if number == 0 else pytest.mark.proof)
        for number, (name, moment) in enumerate(MOMENTS.items())
    ],
)
def test_nothing_is_lost_or_doubled_over_midnight_and_changes_of_the_time(clocked, moment):
    server, clock = clocked
    clock.jump_to(moment)
    wait_for(server)
    trade = Trade(server, 4)
    trade.go(lambda _random: False, PAUSE)
    trade.judge()
    run_night(server)
    clock.jump(0)
    assert_all_right(server)
