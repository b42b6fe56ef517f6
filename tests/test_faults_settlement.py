"""Workers are killed while consignors are settled with and paid: each article is settled exactly once."""

import contextlib
import threading
import time
from random import Random

import psutil
import psycopg2
import pytest
import requests
from browser import query
from consigning import SoldOut, tomorrow
from rpc import JsonRpc, Refusal

from suite import check, database, odoo, postgres, templates

pytestmark = pytest.mark.apart

DATABASE = "suite_settling"
SEED = 20261123
#: Seconds between two killed workers, and for everything to be settled and paid.
KILLS, PATIENCE = (0.7, 2.0), 400


@pytest.fixture
def victim(settings):
    """A server of its own with a process for scheduled actions; all of its workers may be killed."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, templates.complete(settings), DATABASE)
    server = odoo.OdooServer(settings, DATABASE, workers=2, cron_threads=1, name="settling")
    server.logins = {"admin": "admin"}
    with server:
        yield server
    database.drop(settings, DATABASE)


class Clerk:
    """Settles and pays as people do: looks what is there, presses a button, looks again."""

    def __init__(self, server, sold):
        self.server, self.sold, self.pressed = server, sold, 0

    def see(self, statement):
        """Return the first value of a query about the consignors."""
        ((value,),) = query(self.server, statement, self.sold.consignors)
        return value

    def press(self, model, values, button, context=None):
        """Open a dialogue and press its button; what the server's death does to it is seen later."""
        self.pressed += 1
        errors = (requests.RequestException, ValueError, Refusal, AssertionError)
        with contextlib.suppress(*errors):
            call = JsonRpc(self.server, "admin")
            wizard = call(model, "create", [values], context=context or {})
            call(model, button, wizard, context=context or {})

    def work(self):
        """Go on until every article is settled and every settlement paid."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.see(RUNNING):
                self.wake()  # the scheduled actions are at it
                time.sleep(0.3)
            elif self.see(UNSETTLED):
                values = {"shop_id": self.sold.shop, "date_to": tomorrow()}
                self.press("consignment.settle", {**values, "pays_all": True}, "action_settle")
            elif drafts := self.ids("draft"):
                errors = (requests.RequestException, ValueError, Refusal, AssertionError)
                with contextlib.suppress(*errors):
                    JsonRpc(self.server, "admin")(
                        "consignment.settlement", "action_confirm", drafts
                    )
            elif unpaid := self.ids("confirmed"):
                self.pay(unpaid)
            else:
                return
        raise AssertionError("not everything was settled and paid in time")

    def wake(self):
        """Let a process of scheduled actions that was just born look at once, not in a minute."""
        statement = f"SELECT pg_notify('cron_trigger', '{DATABASE}')"
        database.query(self.server.settings, statement)

    def ids(self, state):
        """Return the ids of the consignors' settlements in a state."""
        rows = query(
            self.server,
            "SELECT id FROM consignment_settlement WHERE state = %s AND consignor_id = ANY(%s) ORDER BY id",
            state,
            self.sold.consignors,
        )
        return [row[0] for row in rows]

    def pay(self, unpaid):
        """Pay out by bank and as credit."""
        context = {"active_model": "consignment.settlement", "active_ids": unpaid}
        for method in ("bank", "credit"):
            self.press("consignment.pay", {"method": method}, "action_pay", context)


RUNNING = """
SELECT (SELECT count(*) FROM consignment_settlement_run WHERE state = 'running')
     + (SELECT count(*) FROM consignment_confirmation WHERE state = 'running')
     + (SELECT count(*) FROM consignment_payout WHERE state = 'running') WHERE %s IS NOT NULL
"""
UNSETTLED = """
SELECT count(*) FROM consignment_sale sale
 WHERE sale.consignor_id = ANY(%s) AND NOT EXISTS (
       SELECT FROM consignment_settlement_line line WHERE line.sale_id = sale.id AND line.live)
"""
#: Articles, lines that settle them, payees' bills, payments, credits; what they come to.
OUTCOME = """
SELECT (SELECT count(*) FROM consignment_sale WHERE consignor_id = ANY(%(ids)s)),
       (SELECT count(*) FROM consignment_settlement_line l JOIN consignment_sale s ON s.id = l.sale_id
         WHERE l.live AND s.consignor_id = ANY(%(ids)s)),
       (SELECT count(DISTINCT bill_id) FROM consignment_settlement
         WHERE consignor_id = ANY(%(ids)s) AND state = 'paid'),
       (SELECT count(*) FROM consignment_settlement WHERE consignor_id = ANY(%(ids)s)),
       (SELECT sum(amount_total) FROM consignment_settlement s JOIN consignment_consignor c ON c.id = s.payee_id
         WHERE c.id = ANY(%(ids)s) AND c.payout_method = 'credit'),
       (SELECT sum(move.amount) FROM loyalty_account_move move
         WHERE move.kind = 'top_up' AND move.key LIKE 'consignment/%%' AND split_part(move.key, '/', 2)::int IN
               (SELECT id FROM consignment_settlement WHERE consignor_id = ANY(%(ids)s))),
       (SELECT sum(amount_total) FROM consignment_settlement s JOIN consignment_consignor c ON c.id = s.payee_id
         WHERE c.id = ANY(%(ids)s) AND c.payout_method = 'bank'),
       (SELECT sum(amount) FROM account_payment pay WHERE state <> 'draft' AND EXISTS
               (SELECT FROM consignment_settlement s JOIN account_move m ON m.id = s.bill_id
                 WHERE s.consignor_id = ANY(%(ids)s) AND pay.partner_id = m.partner_id
                   AND pay.payment_type = 'outbound'))
"""


def kill_one(server, random):
    """Kill a worker or the process of scheduled actions, whatever it is doing."""
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(server.running()).children()
        if children:
            random.choice(children).kill()
            return 1
    return 0


def settle_under_fire(server, settings, count):
    """Settle with ``count`` consignors while workers are killed; return how many were."""
    sold = SoldOut(server, count)
    clerk, random, killed = Clerk(server, sold), Random(SEED), 0
    worker = threading.Thread(target=clerk.work, daemon=True)
    worker.start()
    while worker.is_alive():
        time.sleep(random.uniform(*KILLS))
        killed += kill_one(server, random)
    assert not clerk.see(UNSETTLED)
    assert not clerk.ids("draft") + clerk.ids("confirmed")
    with psycopg2.connect(server.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(OUTCOME, {"ids": sold.consignors})
        sales, lines, bills, settlements, credit, credited, bank, paid = cursor.fetchone()
    connection.close()
    assert sales == lines == len(sold.articles)
    assert bills == settlements == count
    assert credit == credited
    assert bank == paid
    assert [row for row in check.find(settings, DATABASE) if row[2]] == []
    return killed


def test_each_article_is_settled_and_paid_once_when_workers_are_killed(settings, victim):
    assert settle_under_fire(victim, settings, 30) >= 3


@pytest.mark.proof
def test_each_article_is_settled_and_paid_once_in_a_long_run_of_kills(settings, victim):
    assert settle_under_fire(victim, settings, 200) >= 20
