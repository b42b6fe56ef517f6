"""What the tests of accounts over the wire share: many clients at once, and proving the books."""

import re
import threading
import uuid
import xmlrpc.client

import psycopg2
from rpc import XmlRpc

CLIENTS = 8

#: What the ledger's own retry and Odoo's say in the log.
RETRY = re.compile(r"loyalty _\w+ retried|tries left, try again")

#: Sums that must agree for every account; a row is an account where they do not.
PROOF = """
    SELECT a.id, a.balance, a.held, a.debt, a.version, m.*, l.remaining, h.held
      FROM loyalty_account a
      LEFT JOIN LATERAL (
           SELECT coalesce(sum(amount), 0) amount, coalesce(sum(held_amount), 0) held,
                  coalesce(sum(debt_amount), 0) debt, count(*) moves, coalesce(max(seq), 0) seq
             FROM loyalty_account_move WHERE account_id = a.id) m ON true
      LEFT JOIN LATERAL (
           SELECT coalesce(sum(remaining), 0) remaining
             FROM loyalty_account_lot WHERE account_id = a.id) l ON true
      LEFT JOIN LATERAL (
           SELECT coalesce(sum(amount - captured), 0) held
             FROM loyalty_account_hold WHERE account_id = a.id AND state = 'open') h ON true
     WHERE (coalesce(a.balance, 0), coalesce(a.balance, 0), coalesce(a.held, 0),
            coalesce(a.held, 0), coalesce(a.debt, 0), coalesce(a.version, 0),
            coalesce(a.version, 0))
           <> (m.amount, l.remaining, m.held, h.held, m.debt, m.moves, m.seq)
"""


def at_once(server, work, *, clients=CLIENTS):
    """Run ``work(call, number)`` in threads that start together; return the answers.

    An answer is what the work returned, or the ``Fault`` it met.
    """
    answers = [None] * clients
    gate = threading.Barrier(clients)

    def client(number):
        call = XmlRpc(server, "admin")
        gate.wait()
        try:
            answers[number] = work(call, number)
        except xmlrpc.client.Fault as fault:
            answers[number] = fault

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(1800)
    assert not any(thread.is_alive() for thread in threads), "a client hangs"
    return answers


def open_account(admin, credit=100):
    """Open an account with credit; return ``{"id", "number"}``."""
    account_id = admin("loyalty.account", "create", [{"name": f"Test {uuid.uuid4().hex}"}])[0]
    number = admin("loyalty.account", "read", [account_id], ["number"])[0]["number"]
    admin("loyalty.api", "top_up", number, credit, uuid.uuid4().hex)
    return {"id": account_id, "number": number}


def query(server, statement, *values):
    """Return the rows of a query, straight from the database."""
    with psycopg2.connect(server.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def assert_books(server):
    """Prove every account of the database: no sum may differ from another."""
    assert query(server, PROOF) == []


def faults(answers):
    """The sentences of the answers that are faults."""
    return [answer.faultString for answer in answers if isinstance(answer, xmlrpc.client.Fault)]
