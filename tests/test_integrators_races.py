"""Integrators at the same moment, and lists while somebody else has not committed yet.

Of integrator_api and consignment_portal_api.
"""

import threading
import time
import uuid

import psycopg2
import pytest
from integrators import Integrator
from loyalty import query

CLIENTS = 8
#: How long a row may take to appear in a list: jobs of the server may be running, in seconds.
PATIENCE = 60


@pytest.fixture(scope="module")
def integrator(server):
    return Integrator(server, ["consignment"])


@pytest.fixture(scope="module")
def intake(server, integrator):
    """Arguments of an intake of one article."""
    ((shop, consignor),) = query(
        server,
        """SELECT shop.number, consignor.number FROM consignment_consignor consignor
             JOIN consignment_shop shop ON shop.id = consignor.shop_id
             JOIN res_users admin ON admin.login = 'admin'
            WHERE consignor.company_id = admin.company_id AND consignor.active
            ORDER BY consignor.id LIMIT 1""",
    )
    category = integrator("consignment_categories")["categories"][0]["id"]
    article = {"title": "Winter coat", "category": category, "price": "40.00"}
    return {"shop": shop, "consignor": consignor, "articles": [article]}


def list_all(integrator, since=""):
    """Return the ids of the articles that are listed, and where to go on."""
    found = []
    while True:
        page = integrator("consignment_articles", since=since, limit=500)
        found += [row["article"] for row in page["rows"]]
        since = page["next"]
        if not page["more"]:
            return found, since


def test_the_same_intake_at_the_same_moment_is_made_once(server, integrator, intake):
    # The database says so when a second one comes; it then finds the first one's answer.
    server.expect_log("integrator_request_request_unique")
    request, gate, answers = uuid.uuid4().hex, threading.Barrier(CLIENTS), []

    def client():
        gate.wait()
        answers.append(integrator("consignment_create_intake", request_id=request, **intake))

    threads = [threading.Thread(target=client) for _client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == CLIENTS
    assert all(answer == answers[0] for answer in answers), answers
    made = query(server, "SELECT count(*) FROM integrator_request WHERE request_id = %s", request)
    assert made == [(1,)]
    assert query(
        server, "SELECT count(*) FROM consignment_intake WHERE name = %s", answers[0]["intake"]
    ) == [(1,)]


def test_a_list_misses_nothing_that_is_committed_late(server, integrator, intake):
    first = integrator("consignment_create_intake", request_id=uuid.uuid4().hex, **intake)
    slow_article = first["articles"][0]["article"]
    deadline = time.monotonic() + PATIENCE
    _found, since = list_all(integrator)
    with psycopg2.connect(server.dsn) as slow:
        slow.cursor().execute(
            "UPDATE consignment_article SET write_date = now() AT TIME ZONE 'UTC' WHERE id = %s",
            [slow_article],
        )
        quick = integrator("consignment_create_intake", request_id=uuid.uuid4().hex, **intake)
        quick_article = quick["articles"][0]["article"]
        found, since = list_all(integrator, since)
        assert quick_article not in found, "what began later is shown, what began earlier is not"
        slow.commit()
    slow.close()
    found = []
    while not {slow_article, quick_article} <= set(found) and time.monotonic() < deadline:
        page, since = list_all(integrator, since)
        found += page
        time.sleep(0.2)
    assert {slow_article, quick_article} <= set(found)
    assert found.index(slow_article) < found.index(quick_article)
