"""Programs that charge cards, order and hand in articles, whatever breaks meanwhile.

Each does what docs/integrators.md tells it: it keeps its request id, and sends the same request again
until it has an answer.
"""

import contextlib
import math
import threading
import time
import uuid
from decimal import Decimal
from random import Random

import psycopg2
import requests
from integrators import Integrator
from loyalty import open_account
from rpc import XmlRpc

SEED = 20261123
#: Seconds for one program to have all its answers.
PATIENCE = 600
#: What an order in the demo has to come to, and a little more.
MINIMUM = 60
#: What the card begins with; more than can be charged in any run.
CREDIT = 100_000


class Program(threading.Thread):
    """Sends requests one after the other, each until it is answered.

    :param make: returns (operation, arguments) of a request, by its number
    :param count: how many at least
    :param enough: an event; until it is set, the program goes on
    """

    def __init__(self, server, key, make, count, enough):
        super().__init__(daemon=True)
        self.server, self.make, self.count, self.enough = server, make, count, enough
        self.headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": server.database}
        self.answers, self.repeated = [], 0

    def run(self):
        """Have everything answered."""
        while len(self.answers) < self.count or not self.enough.is_set():
            operation, arguments = self.make(len(self.answers))
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
    """What the programs do, and what has to be there in the end.

    :ivar enough: set when nothing more will be broken; until then the programs go on
    """

    def __init__(self, server, count):
        self.server, self.mark, self.enough = server, uuid.uuid4().hex[:8], threading.Event()
        admin = XmlRpc(server, "admin")
        integrator = Integrator(server)
        self.card = open_account(admin, credit=CREDIT)["number"]
        catalogue = integrator("b2b_catalogue", person="olga")
        self.line = find_line(catalogue["articles"])
        domain = [["shop_id.number", "=", "30012"]]
        self.consignor = admin("consignment.consignor", "search_read", domain, ["number"])[0][
            "number"
        ]
        self.category = integrator("consignment_categories")["categories"][0]["id"]
        makers = (self.make_charge, self.make_order, self.make_intake)
        self.programs = [
            Program(server, integrator.key, make, count, self.enough) for make in makers
        ]

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

    def go(self, break_something, pause, times=0):
        """Let all programs work, and break things as long as they do.

        :param pause: seconds between two disasters, at least and at most
        :param times: how often at least
        """
        random, disasters = Random(SEED), 0
        for program in self.programs:
            program.start()
        while any(program.is_alive() for program in self.programs):
            if disasters >= times:
                self.enough.set()
            time.sleep(random.uniform(*pause))
            disasters += bool(break_something(random))
        assert disasters >= times, "the programs gave up"

    def judge(self):
        """Compare what was answered with what is there."""
        for program in self.programs:
            assert len(program.answers) >= program.count > 0
            errors = [one for one in program.answers if "error" in one]
            assert not errors, errors[:3]
        charges, orders, intakes = (program.answers for program in self.programs)
        assert len({one["move"] for one in charges}) == len(charges)
        assert len({one["order"] for one in orders}) == len(orders)
        assert len({one["intake"] for one in intakes}) == len(intakes)
        with psycopg2.connect(self.server.dsn) as connection, connection.cursor() as cursor:
            cursor.execute(COUNTS, {"card": self.card, "mark": f"{self.mark}-%"})
            left = CREDIT - len(charges)
            assert cursor.fetchone() == (len(charges), left, len(orders), len(intakes))


COUNTS = """
SELECT (SELECT count(*) FROM loyalty_account_move move JOIN loyalty_account account
            ON account.id = move.account_id WHERE account.number = %(card)s AND move.kind = 'charge'),
       (SELECT balance::int FROM loyalty_account WHERE number = %(card)s),
       (SELECT count(*) FROM sale_order WHERE client_order_ref LIKE %(mark)s AND b2b_stage = 'placed'),
       (SELECT count(*) FROM consignment_article WHERE name LIKE %(mark)s AND state = 'submitted')
"""
