"""Programs charge cards, order and hand in articles while workers and connections are killed.

Each does what docs/integrators.md tells it: it keeps its request id, and sends the same request again
until it has an answer. Afterwards everything was done once, every program was told the same, and
``./suite check`` finds nothing wrong. The short form runs in ``test``, the long one in ``proof``.
"""

import contextlib
import math
import threading
import time
import uuid
from decimal import Decimal
from random import Random

import psutil
import psycopg2
import pytest
import requests
from integrators import Integrator
from loyalty import open_account
from rpc import XmlRpc

from suite import check, database, odoo, postgres, templates

pytestmark = pytest.mark.apart

DATABASE = "suite_crashes"
SEED = 20261123
#: Seconds for one program to have all its answers.
PATIENCE = 600
#: What an order in the demo has to come to, and a little more.
MINIMUM = 60
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


class Program(threading.Thread):
    """Sends requests one after the other, each until it is answered.

    :param make: returns (operation, arguments) of a request, by its number
    """

    def __init__(self, server, key, make, count):
        super().__init__(daemon=True)
        self.server, self.make, self.count = server, make, count
        self.headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": server.database}
        self.answers, self.repeated = [], 0

    def run(self):
        """Have everything answered."""
        for number in range(self.count):
            operation, arguments = self.make(number)
            self.answers.append(
                self._send(operation, {**arguments, "request_id": uuid.uuid4().hex})
            )

    def _send(self, operation, arguments):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException, ValueError):
                answer = requests.post(
                    f"{self.server.url}/json/2/integrator.api/{operation}",
                    json=arguments,
                    headers=self.headers,
                    timeout=30,
                )
                told = answer.json()
                if answer.status_code == 200 and told.get("error", {}).get("code") not in AGAIN:
                    return told
            self.repeated += 1
            time.sleep(0.2)
        raise AssertionError(f"{operation} was never answered")


#: What a program sends again, as its page says.
AGAIN = ("busy", "internal")


def find_line(articles):
    """Return a line over as many packs of the dearest article as the demo's minimum order takes."""
    article = max(articles, key=lambda one: Decimal(one["price"]))
    pack = Decimal(article["pack"]) or Decimal(1)  # 0: any quantity
    packs = math.ceil(MINIMUM / (Decimal(article["price"]) * pack))
    return {"product": article["product"], "quantity": str(packs * pack)}


class Trade:
    """What the programs do, and what has to be there in the end."""

    def __init__(self, server, count):
        self.server, self.count, self.mark = server, count, uuid.uuid4().hex[:8]
        admin = XmlRpc(server, "admin")
        integrator = Integrator(server)
        self.card = open_account(admin, credit=count + 5)["number"]
        catalogue = integrator("b2b_catalogue", person="olga")
        self.line = find_line(catalogue["articles"])
        domain = [["shop_id.number", "=", "30012"]]
        self.consignor = admin("consignment.consignor", "search_read", domain, ["number"])[0][
            "number"
        ]
        self.category = integrator("consignment_categories")["categories"][0]["id"]
        makers = (self.make_charge, self.make_order, self.make_intake)
        self.programs = [Program(server, integrator.key, make, count) for make in makers]

    def make_charge(self, _number):
        """Pay 1.00."""
        return "loyalty_charge", {"number": self.card, "amount": "1.00"}

    def make_order(self, number):
        """Order for a little more than the minimum."""
        reference = f"{self.mark}-{number}"
        return "b2b_create_order", {"person": "olga", "lines": [self.line], "reference": reference}

    def make_intake(self, number):
        """Hand in one article."""
        article = {"title": f"{self.mark}-{number}", "category": self.category, "price": "12.50"}
        values = {"shop": "30012", "consignor": self.consignor, "articles": [article]}
        return "consignment_create_intake", values

    def go(self, break_something, pause):
        """Let all programs work, and break things as long as they do; return how often.

        :param pause: seconds between two disasters, at least and at most
        """
        random, disasters = Random(SEED), 0
        for program in self.programs:
            program.start()
        while any(program.is_alive() for program in self.programs):
            time.sleep(random.uniform(*pause))
            disasters += bool(break_something(random))
        return disasters

    def judge(self):
        """Compare what was answered with what is there."""
        for program in self.programs:
            assert len(program.answers) == self.count
            assert [one for one in program.answers if "error" in one] == []
        charges, orders, intakes = (program.answers for program in self.programs)
        assert len({one["move"] for one in charges}) == self.count
        assert len({one["order"] for one in orders}) == self.count
        assert len({one["intake"] for one in intakes}) == self.count
        with psycopg2.connect(self.server.dsn) as connection, connection.cursor() as cursor:
            cursor.execute(COUNTS, {"card": self.card, "mark": f"{self.mark}-%"})
            assert cursor.fetchone() == (self.count, 5, self.count, self.count)


COUNTS = """
SELECT (SELECT count(*) FROM loyalty_account_move move JOIN loyalty_account account
            ON account.id = move.account_id WHERE account.number = %(card)s AND move.kind = 'charge'),
       (SELECT balance::int FROM loyalty_account WHERE number = %(card)s),
       (SELECT count(*) FROM sale_order WHERE client_order_ref LIKE %(mark)s AND b2b_stage = 'placed'),
       (SELECT count(*) FROM consignment_article WHERE name LIKE %(mark)s AND state = 'submitted')
"""


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
    assert trade.go(kill_worker(victim), KILLS) >= 3
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []


def test_nothing_is_lost_or_doubled_when_the_database_is_cut_off(settings, victim):
    trade = Trade(victim, 15)
    assert trade.go(cut_database(victim, settings), CUTS) >= 2
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []


@pytest.mark.proof
def test_nothing_is_lost_or_doubled_in_a_long_run_of_both(settings, victim):
    trade = Trade(victim, 300)
    kill, cut = kill_worker(victim), cut_database(victim, settings)

    def break_something(random):
        return cut(random) if random.random() < 0.1 else kill(random)

    disasters = trade.go(break_something, KILLS)
    assert disasters >= 50
    assert sum(program.repeated for program in trade.programs) >= 10
    trade.judge()
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []
