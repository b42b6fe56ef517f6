"""What the tests of several machines share: counting statements, people who browse, order and write."""

import contextlib
import re
import threading
import time

import psycopg2
import requests
from browser import Browser, query, value_of

#: Pages that people look at, by login.
PAGES = {
    "olga": ("/b2b", "/b2b/orders", "/b2b/invoices"),
    "nora": ("/consign/30012/stock", "/consign/30012/sales", "/consign/30012/settlements"),
    "anna": ("/my/cards",),
}
STATEMENT = re.compile(
    r"LOG:  (?:statement|execute \S+): (?!BEGIN|ROLLBACK|COMMIT|RESET|SET |SHOW )"
)
#: Seconds between the moment a proxy must have noticed and the next try of somebody who waits.
PAUSE = 0.3


class StatementLog:
    """Counts the statements that a PostgreSQL server was asked, in its own log.

    :param cluster: a :class:`suite.cluster.Cluster`
    :param dsn: of a database on it
    """

    def __init__(self, cluster, dsn):
        self.path, self.dsn = cluster.log, dsn
        self._set("all")
        self._offset = self.path.stat().st_size

    def take(self):
        """Return the statements since the last look; connections' own housekeeping left out."""
        with self.path.open("rb") as log:
            log.seek(self._offset)
            text = log.read().decode(errors="replace")
            self._offset = log.tell()
        return [line for line in text.splitlines() if STATEMENT.search(line)]

    def stop(self):
        """Have the server log no more."""
        self._set("none")

    def _set(self, value):
        command(self.dsn, f"ALTER SYSTEM SET log_statement = '{value}'")
        command(self.dsn, "SELECT pg_reload_conf()")
        time.sleep(0.3)  # its sessions read it before their next statement


def command(dsn, statement):
    """Run a statement that must be in no transaction."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


class Reader(threading.Thread):
    """Somebody who looks at pages until told to stop, and notes those that do not come.

    :param login: whose pages
    """

    def __init__(self, server, login):
        super().__init__(daemon=True)
        self.browser, self.paths = Browser(server, login), PAGES[login]
        self.seconds, self.failed, self._ended = [], [], threading.Event()

    def run(self):
        """Look at one page after the other."""
        while not self._ended.is_set():
            for path in self.paths:
                started = time.monotonic()
                problem = self._look(path)
                self.seconds.append(time.monotonic() - started)
                if problem:
                    self.failed.append((path, problem))

    def _look(self, path):
        try:
            answer = self.browser.get(path)
        except requests.RequestException as error:
            return repr(error)
        return "" if answer.status_code == 200 and answer.url.endswith(path) else answer.status_code

    def end(self):
        """Stop after the page that is on its way."""
        self._ended.set()
        self.join()


class Shopper(threading.Thread):
    """Somebody who orders again and again in the portal, and presses again what was not answered.

    :param product: the id of an article; one pack of it is ordered
    :param count: how often at least
    :param enough: an event; until it is set, the person goes on
    """

    def __init__(self, server, product, count, enough):
        super().__init__(daemon=True)
        self.server, self.product, self.count, self.enough = server, product, count, enough
        self.browser, self.orders, self.repeated = Browser(server, "olga"), [], 0

    def run(self):
        """Order again and again."""
        while len(self.orders) < self.count or not self.enough.is_set():
            page = self._certainly(self._fill)
            form = {name: value_of(page, name) for name in ("cart_id", "total")}
            self._certainly(lambda page=page, form=form: self._press(page, form))
            self.orders.append(int(form["cart_id"]))

    def _fill(self):
        page = self.browser.get("/b2b")
        answer = self.browser.post("/b2b/cart/set", page, product_id=self.product, quantity=6)
        assert answer.status_code == 303
        page = self.browser.get("/b2b/cart")
        assert value_of(page, "cart_id")
        return page

    def _press(self, page, form):
        answer = self.browser.post("/b2b/order", page, **form)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"/b2b/orders/{form['cart_id']}")
        return answer

    def _certainly(self, action):
        deadline = time.monotonic() + 120
        while True:
            try:
                return action()
            except (requests.RequestException, AssertionError, TypeError):
                if time.monotonic() > deadline:
                    raise
                self.repeated += 1
                time.sleep(PAUSE)

    def judge(self):
        """Each press became one order, and there is no other."""
        assert len(set(self.orders)) == len(self.orders) >= self.count
        found = query(
            self.server, "SELECT count(*) FROM sale_order WHERE id = ANY(%s) AND state = 'sale'"
            " AND b2b_stage = 'placed'", self.orders,
        )  # fmt: skip
        assert found == [(len(self.orders),)]
