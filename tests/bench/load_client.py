"""The client of the load: so many people at once, in a process of its own.

``python -m bench.load_client`` reads a plan as JSON from its standard input, and writes what was measured
to its standard output: [kind, seconds, problem] of each request.
"""

import json
import re
import sys
import threading
import time
import uuid

import requests

TIMEOUT = 120
#: Pages that people look at: kind, path, whose session.
PAGES = (
    ("catalogue", "/b2b", "customer"),
    ("search", "/b2b?search=pan", "customer"),
    ("orders", "/b2b/orders", "customer"),
    ("consignor stock", "/consign/30012/stock", "consignor"),
    ("consignor sales", "/consign/30012/sales", "consignor"),
    ("odoo /my", "/my", "customer"),
    ("odoo /shop", "/shop", "visitor"),
)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Person(threading.Thread):
    """One after the other: looks, fills a cart, orders, charges a card, lists orders in the office.

    :param plan: {url, database, key, article, logins, cards, seconds}
    :param number: of this person; it has a login, a cart and a card of its own
    """

    def __init__(self, plan, number, begin):
        super().__init__()
        self.plan, self.url, self.begin = plan, plan["url"], begin
        self.card, self.measured = plan["cards"][number], []
        login = plan["logins"][number]
        self.sessions = {
            "customer": self._log_in(login, login),
            "consignor": self._log_in("nora", "nora"),
            "visitor": requests.Session(),
            "seller": self._log_in("admin", "admin"),
        }

    def _log_in(self, login, password):
        session = requests.Session()
        page = session.get(f"{self.url}/web/login", timeout=TIMEOUT)
        form = {"login": login, "password": password, "csrf_token": TOKEN.search(page.text)[1]}
        answer = session.post(
            f"{self.url}/web/login", data=form, timeout=TIMEOUT, allow_redirects=False
        )
        assert answer.status_code == 303, f"{login} cannot log in"
        return session

    def run(self):
        """Begin with all others, stop after the plan's seconds."""
        self.begin.wait()
        end = time.monotonic() + self.plan["seconds"]
        while time.monotonic() < end:
            for step in (self._look, self._order, self._charge, self._list):
                if time.monotonic() < end:
                    step()

    def _look(self):
        for kind, path, who in PAGES:
            self._measure(kind, lambda path=path, who=who: self._get(path, who))

    def _get(self, path, who):
        answer = self.sessions[who].get(f"{self.url}{path}", timeout=TIMEOUT)
        assert answer.status_code == 200, answer.status_code
        assert "/web/login" not in answer.url
        return answer

    def _post(self, path, page, **form):
        form["csrf_token"] = TOKEN.search(page.text)[1]
        answer = self.sessions["customer"].post(
            f"{self.url}{path}", data=form, timeout=TIMEOUT, allow_redirects=False
        )
        assert answer.status_code == 303, answer.status_code
        return answer

    def _order(self):
        page = self._get("/b2b", "customer")
        article = {"product_id": self.plan["article"], "quantity": 6}
        self._measure("cart: add", lambda: self._post("/b2b/cart/set", page, **article))
        cart = self._measure("cart", lambda: self._get("/b2b/cart", "customer"))
        if cart:
            form = {
                name: re.search(rf'name="{name}" value="([^"]+)"', cart.text)[1]
                for name in ("cart_id", "total")
            }
            self._measure("create order", lambda: self._ordered(cart, form))

    def _ordered(self, cart, form):
        answer = self._post("/b2b/order", cart, **form)
        assert answer.headers["Location"].endswith(f"/b2b/orders/{form['cart_id']}")
        return answer

    def _charge(self):
        arguments = {"number": self.card, "amount": "0.01", "request_id": uuid.uuid4().hex}

        def charge():
            answer = requests.post(
                f"{self.url}/json/2/integrator.api/loyalty_charge", json=arguments, timeout=TIMEOUT,
                headers={"Authorization": f"bearer {self.plan['key']}",
                         "X-Odoo-Database": self.plan["database"]},
            )  # fmt: skip
            assert "move" in answer.json(), answer.text[:200]
            return answer

        self._measure("charge", charge)

    def _list(self):
        specification = {"name": {}, "partner_id": {"fields": {"display_name": {}}},
                         "amount_total": {}, "state": {}}  # fmt: skip
        params = {"model": "sale.order", "method": "web_search_read", "args": [],
                  "kwargs": {"domain": [], "specification": specification, "limit": 80}}  # fmt: skip

        def read():
            answer = self.sessions["seller"].post(
                f"{self.url}/web/dataset/call_kw/sale.order/web_search_read", timeout=TIMEOUT,
                json={"jsonrpc": "2.0", "method": "call", "params": params},
            )  # fmt: skip
            assert answer.json()["result"]["records"]
            return answer

        self._measure("odoo list of orders", read)

    def _measure(self, kind, call):
        started, answer, problem = time.perf_counter(), None, ""
        try:
            answer = call()
        except (requests.RequestException, AssertionError, LookupError, TypeError) as error:
            problem = f"{type(error).__name__} {error}"[:300]
        self.measured.append((kind, time.perf_counter() - started, problem))
        return answer


def main():
    """Let the plan's people work; write what was measured."""
    plan = json.load(sys.stdin)
    begin = threading.Event()
    people = [Person(plan, number, begin) for number in range(plan["people"])]
    for person in people:
        person.start()
    started = time.monotonic()
    begin.set()
    for person in people:
        person.join()
    measured = [one for person in people for one in person.measured]
    json.dump({"seconds": time.monotonic() - started, "measured": measured}, sys.stdout)


if __name__ == "__main__":
    main()
