"""Eight tills charging one account at the same moment, beside bare locked updates of one row.

Ours: 8 client processes send 400 charges on one account over XML-RPC to 4 Odoo workers. The
account holds exactly 400 charges, so that every one must succeed and nothing is left. Afterwards
the clients send 80 of the requests once more, which must be answered with the first result, and
one more charge each, which must be refused.

Peer: the same number of ``SELECT … FOR UPDATE; UPDATE; COMMIT`` on one row through psycopg2 with
8 clients and connections that are open already. It is the strongest fair peer because nothing
that keeps a balance in PostgreSQL can do less: no HTTP, no user, no ledger. The ratio therefore
says what the whole of Odoo and the ledger cost; what must hold are the extras: ``overspent``,
``lost``, ``duplicated`` and ``errors`` are 0, ``worst_wait_s`` is at most 3.

Times are per charge: the wall clock of a round divided by 400.
"""

import multiprocessing
import statistics
import time
import xmlrpc.client

import psycopg2

from bench import databases, harness, servers
from bench.clients import Rpc
from suite import database

CLIENTS = 8
WORKERS = 4
CHARGES = 400
REPEATED = 80
ROUNDS = 3
PATIENCE = 180  # seconds until a client that says nothing ends the case
PEER_TABLE = "bench_row"
FORK = multiprocessing.get_context("fork")


def run(bench):
    """Yield one row: the extras are sums over the rounds, the worst wait the worst of all."""
    with (
        databases.scratch(bench.settings) as name,
        servers.running(bench.settings, name, workers=WORKERS) as (server, log),
    ):
        servers.ensure_user(server, name)
        admin = servers.administrator(server, name)
        dsn = database.dsn(bench.settings, name)
        make_peer_row(dsn)
        ours, peer = harness.Side(None, None), harness.Side(None, None)
        found = []
        for number in range(ROUNDS + 1):  # the first one warms all workers up
            bench.progress.show(f"round {number + 1} of {ROUNDS + 1}")
            keep = number > 0
            round_ = OurRound(server.url, name, admin, log, number)
            spent = round_.run()
            peer_spent = run_peer(dsn)
            if keep:
                found.append(round_.findings())
                ours.seconds.append(spent / CHARGES)
                ours.queries.append(round_.queries)
                peer.seconds.append(peer_spent / CHARGES)
                peer.queries.append(2)
        check_peer(dsn)
        databases.verify(bench.settings, name)
        yield harness.row("charge_contention", str(CHARGES), ours, peer, **summary(found, ours))


def summary(found, ours):
    """Add the rounds' findings up."""
    sums = {
        name: sum(findings[name] for findings in found)
        for name in ("overspent", "lost", "duplicated", "errors")
    }
    assert not any(sums.values()), sums
    return {
        **sums,
        "worst_wait_s": round(max(findings["worst_wait_s"] for findings in found), 3),
        "charges_per_s": round(1 / statistics.median(ours.seconds), 1),
        "clients": CLIENTS,
        "workers": WORKERS,
    }


# ---- clients -----------------------------------------------------------------


def in_parallel(target, shares):
    """Run ``target(share, start)`` in a process per share; return seconds and all results.

    ``start`` is a barrier: the clock runs once every client has connected.
    """
    start = FORK.Barrier(len(shares) + 1)
    answers = FORK.Queue()
    clients = [FORK.Process(target=_client, args=(target, s, start, answers)) for s in shares]
    for client in clients:
        client.start()
    start.wait(timeout=PATIENCE)
    began = time.perf_counter()
    results = [answers.get(timeout=PATIENCE) for _client_ in clients]
    spent = time.perf_counter() - began
    for client in clients:
        client.join(timeout=PATIENCE)
    return spent, [entry for result in results for entry in result]


def _client(target, share, start, answers):
    answers.put(target(share, start))


def shared_out(items):
    """Deal items out to the clients."""
    return [items[index::CLIENTS] for index in range(CLIENTS)]


class OurRound:
    """One round of ours: an account of its own, its requests and what became of them."""

    def __init__(self, url, name, admin, log, number):
        self.url, self.database, self.admin, self.log = url, name, admin, log
        self.card = f"BENCH-{number}"
        self.account = admin.call("loyalty.account", "create", {"number": self.card, "name": "B"})
        admin.call("loyalty.api", "top_up", self.card, float(CHARGES), f"start-{number}")
        self.ids = [f"{number}/{index}" for index in range(CHARGES)]

    def run(self):
        """Send the charges, then the repetitions and what is too much; return the seconds."""
        self.log.skip()
        spent, self.answers = in_parallel(self._charge, shared_out(self.ids))
        self.queries = round(sum(self.log.counts("/xmlrpc/2/object")) / CHARGES, 1)
        _, self.repeated = in_parallel(self._charge, shared_out(self.ids[:REPEATED]))
        more = [f"{self.card}/more/{index}" for index in range(CLIENTS)]
        _, self.excess = in_parallel(self._charge, shared_out(more))
        return spent

    def findings(self):
        """Compare what the clients were told with what the ledger holds."""
        moves = self.admin.call(
            "loyalty.account.move",
            "search_read",
            [("account_id", "=", self.account), ("kind", "=", "charge")],
            ["key", "amount"],
        )
        booked = {move["id"]: move["key"].rpartition("rpc/")[2].partition("/")[2] for move in moves}
        told = {request: move for request, move, _wait, _error in self.answers if move}
        again = {request: move for request, move, _wait, _error in self.repeated}
        (account,) = self.admin.call("loyalty.account", "read", [self.account], ["balance"])
        return {
            "overspent": max(0, len(moves) - CHARGES) + sum(1 for e in self.excess if e[1]),
            "lost": sum(1 for request, move in told.items() if booked.get(move) != request)
            + abs(CHARGES - len(moves) - round(account["balance"])),
            "duplicated": len(moves)
            - len(set(booked.values()))
            + sum(1 for request, move in again.items() if told.get(request) != move),
            "errors": sum(1 for answer in self.answers if answer[3])
            + sum(1 for answer in self.repeated if answer[3]),
            "worst_wait_s": max(answer[2] for answer in self.answers),
        }

    def _charge(self, share, start):
        """Send a client's share of the charges; return (request, movement, wait, error) each."""
        rpc = Rpc(self.url, self.database, servers.LOGIN, servers.PASSWORD)
        start.wait(timeout=PATIENCE)
        return [self._charge_once(rpc, request) for request in share]

    def _charge_once(self, rpc, request):
        began = time.perf_counter()
        try:
            move, error = rpc.call("loyalty.api", "charge", self.card, 1.0, request), None
        except xmlrpc.client.Fault as fault:
            move, error = {}, fault.faultString
        return request, move.get("move_id"), time.perf_counter() - began, error


# ---- the peer ----------------------------------------------------------------


def make_peer_row(dsn):
    """Make the table with the one row that the peer locks and updates."""
    _execute(dsn, f"CREATE TABLE {PEER_TABLE} (id int PRIMARY KEY, balance numeric NOT NULL)")
    _execute(dsn, f"INSERT INTO {PEER_TABLE} VALUES (1, {CHARGES * (ROUNDS + 1)})")


def run_peer(dsn):
    """Do the same number of locked updates; return the seconds."""

    def client(share, start):
        connection = psycopg2.connect(dsn)
        start.wait(timeout=PATIENCE)
        for _request in share:
            with connection, connection.cursor() as cursor:  # commits at the end
                cursor.execute(f"SELECT balance FROM {PEER_TABLE} WHERE id = 1 FOR UPDATE")
                (balance,) = cursor.fetchone()
                cursor.execute(f"UPDATE {PEER_TABLE} SET balance = %s WHERE id = 1", [balance - 1])
        connection.close()
        return []

    return in_parallel(client, shared_out(list(range(CHARGES))))[0]


def check_peer(dsn):
    """All updates of all rounds count."""
    assert _execute(dsn, f"SELECT balance FROM {PEER_TABLE}") == [(0,)]


def _execute(dsn, statement):
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows
