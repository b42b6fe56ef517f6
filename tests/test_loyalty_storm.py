"""Eight clients do everything at random to a few accounts, some of it twice; then the books are read.

The short form runs in ``test``, the long one in ``proof``.
"""

import xmlrpc.client
from random import Random

import pytest
from loyalty import CLIENTS, assert_books, at_once, open_account, query
from rpc import XmlRpc

SEED = 20260401
ACCOUNTS = 3
#: Sentences a client may hear in a storm; anything else is a fault of ours.
EXPECTED = ("is available", "still reserved", "still be given back", "given back already")


def storm(server, steps):
    """Let the clients loose; return how many requests were carried out and how many refused."""
    admin = XmlRpc(server, "admin")
    accounts = [open_account(admin, 200)["number"] for _account in range(ACCOUNTS)]

    def work(call, number):
        random = Random(f"{SEED}/{number}")
        mine, done, refused = Client(call, random, accounts, f"{accounts[0]}/{number}"), 0, 0
        for step in range(steps):
            try:
                done += mine.step(step)
            except xmlrpc.client.Fault as fault:
                assert any(text in fault.faultString for text in EXPECTED), fault.faultString
                refused += 1
        return done, refused

    answers = at_once(server, work)
    done, refused = (sum(column) for column in zip(*answers, strict=True))
    return accounts, done, refused


class Client:
    """One client: it remembers its payments and reservations, and repeats some requests."""

    def __init__(self, call, random, accounts, name):
        self.call, self.random, self.accounts, self.name = call, random, accounts, name
        self.payments, self.holds = [], []

    def step(self, step):
        """Do one random thing, every third time twice; return 1 when something was done."""
        verb, *arguments = self.choose()
        request_id = f"{self.name}/{step}"
        answer = self.request(verb, arguments, request_id)
        if self.random.random() < 0.33:
            assert self.request(verb, arguments, request_id) == answer
        if verb in ("charge", "capture"):
            self.payments.append(answer["move_id"])
        if verb == "hold":
            self.holds.append(answer["hold_id"])
        return 1

    def choose(self):
        """Return a verb and its arguments."""
        random = self.random
        number, amount = random.choice(self.accounts), random.randrange(1, 3000) / 100
        verbs = ["charge", "charge", "hold", "top_up"]
        verbs += ["capture", "release"] if self.holds else []
        verbs += ["refund"] if self.payments else []
        verb = random.choice(verbs)
        if verb == "refund":
            return verb, random.choice(self.payments)
        if verb == "capture":
            return verb, random.choice(self.holds), 0.5
        if verb == "release":
            return verb, self.holds.pop(random.randrange(len(self.holds)))
        return verb, number, amount

    def request(self, verb, arguments, request_id):
        """Send one request."""
        extra = (60,) if verb == "hold" else ()
        if verb in ("refund", "release"):
            return self.call("loyalty.api", verb, *arguments, request_id)
        return self.call("loyalty.api", verb, *arguments, request_id, *extra)


def assert_storm_books(server, accounts, done, refused):
    """Whatever happened, the books are right and each request was carried out once."""
    assert done > 0
    assert_books(server)
    ((moves, keys),) = query(
        server,
        """SELECT count(*), count(DISTINCT key) FROM loyalty_account_move m
             JOIN loyalty_account a ON a.id = m.account_id WHERE a.number = ANY(%s)""",
        accounts,
    )
    assert moves == keys
    # Releasing a reservation that is used up moves nothing; everything else is one movement.
    assert ACCOUNTS < moves <= done + ACCOUNTS
    assert done + refused >= CLIENTS


def test_a_short_storm_of_requests_leaves_the_books_right(server):
    assert_storm_books(server, *storm(server, 8))


@pytest.mark.proof
def test_a_long_storm_of_requests_leaves_the_books_right(server):
    accounts, done, refused = storm(server, 150)
    assert refused > 10, "nothing was refused: the amounts are too small to show anything"
    assert_storm_books(server, accounts, done, refused)
