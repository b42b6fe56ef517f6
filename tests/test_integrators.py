"""Integrators as their programs meet the suite: the page's examples run, and what is on it is true.

Of integrator_api and loyalty_accounts_api.
"""

import hashlib
import hmac
import http.server
import json
import os
import subprocess
import sys
import threading
import uuid
import xmlrpc.client

import pytest
import requests
from integrators import MARKS, PAGE, Integrator, read_example, render
from loyalty import assert_books, open_account
from rpc import XmlRpc

from suite import lint_setup

CLIENTS = 8


@pytest.fixture(scope="module")
def integrator(server):
    return Integrator(server)


@pytest.fixture
def card(server):
    """Number of a card with 100.00."""
    return open_account(XmlRpc(server, "admin"))["number"]


@pytest.fixture
def run_example(server, integrator, card):
    """Run a program of the page as it stands there; return what it prints."""

    def run(name, *command):
        environment = {
            **os.environ,
            "ODOO_URL": server.url,
            "ODOO_DB": server.database,
            "ODOO_LOGIN": integrator.login,
            "ODOO_KEY": integrator.key,
            "CARD": card,
        }
        done = subprocess.run(
            [*command, read_example(name)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_the_python_example_over_xml_rpc_runs(run_example):
    printed = run_example("python-xmlrpc", sys.executable, "-c")
    assert printed == ["100.00", "paid -10.00 left 90.00", "insufficient_credit"]


def test_the_python_example_over_json_2_runs(run_example):
    printed = run_example("python-json", sys.executable, "-c")
    assert printed == ["held 5.00", "paid -2.50", "charge -2.50"]


def test_the_curl_example_runs(run_example):
    balance, paid, refused = run_example("curl", "bash", "-c")
    assert '"balance": "100.00"' in balance
    assert '"amount": "-1.00"' in paid
    assert '"code": "invalid_argument"' in refused


def test_the_node_example_runs(run_example, settings):
    node = lint_setup.prepare(settings).node
    assert run_example("node", node, "-e") == ["paid -3.00", "back 1.00"]


def test_the_page_says_what_the_code_declares(integrator):
    text = PAGE.read_text(encoding="utf-8")
    expected = MARKS.sub(lambda marks: marks[1] + render(integrator("describe")) + marks[2], text)
    assert text == expected, "docs/integrators.md: write what tests/integrators.py renders"


def test_the_same_request_at_the_same_moment_is_done_once(server, integrator, card):
    request = {"number": card, "amount": "7.00", "request_id": uuid.uuid4().hex}
    gate, answers = threading.Barrier(CLIENTS), []

    def client():
        gate.wait()
        answers.append(integrator("loyalty_charge", **request))

    threads = [threading.Thread(target=client) for _client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == CLIENTS
    assert all(answer == answers[0] for answer in answers), answers
    assert integrator("loyalty_balance", number=card)["balance"] == "93.00"
    assert_books(server)


def test_numbers_cannot_be_tried_out(server, card):
    guesser = Integrator(server, ["loyalty"])
    codes = [
        guesser("loyalty_balance", number=f"GUESS-{guess}")["error"]["code"] for guess in range(31)
    ]
    assert codes[:30] == ["account_not_found"] * 30
    assert codes[30] == "too_many_guesses"
    assert guesser("loyalty_balance", number=card)["error"]["code"] == "too_many_guesses"


def test_a_key_opens_nothing_but_the_facade(server, integrator):
    call = integrator.xmlrpc()
    for model, method, arguments in (
        ("res.partner", "search_read", [[]]),
        ("res.users", "context_get", []),
        ("loyalty.api", "find", ["1"]),
        ("loyalty.account", "search", [[]]),
        ("integrator.api", "search", [[]]),
        ("ir.model.data", "search", [[]]),
    ):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            call(model, method, *arguments)
        assert caught.value.faultCode == 4
        assert "Traceback" not in caught.value.faultString
        assert integrator.json(model, method)[0] == 403
    headers = {"Authorization": f"bearer {integrator.key}", "X-Odoo-Database": server.database}
    for path in ("/my", "/odoo", "/json/1/res.partner", "/web/image/res.users/2/image_128"):
        answer = requests.get(
            f"{server.url}{path}", headers=headers, timeout=60, allow_redirects=False
        )
        anonymous = requests.get(
            f"{server.url}{path}",
            headers={"X-Odoo-Database": server.database},
            timeout=60,
            allow_redirects=False,
        )
        assert answer.status_code in (anonymous.status_code, 403, 404)


def test_a_revoked_key_is_refused_on_every_worker(server):
    client = Integrator(server)
    assert "operations" in client("describe")
    admin = XmlRpc(server, "admin")
    found = admin("integrator.client", "search", [["user_id.login", "=", client.login]])
    admin("integrator.client", "action_revoke", found)
    for _worker in range(12):
        assert client.json("integrator.api", "describe")[0] == 401
    with pytest.raises(AssertionError, match="cannot log in"):
        client.xmlrpc()


class Receiver(http.server.BaseHTTPRequestHandler):
    """A program that takes events as the page says: signature checked, repetitions dropped."""

    secret, taken = "", {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = f"{self.headers['X-Timestamp']}.".encode() + body
        signature = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        is_right = hmac.compare_digest(signature, self.headers["X-Signature"])
        if is_right:
            event = json.loads(body)
            self.taken[event["id"]] = event
        self.send_response(204 if is_right else 403)
        self.end_headers()

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def receiver():
    Receiver.taken.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/events"
        listening.shutdown()


def test_events_arrive_signed_and_nothing_is_told_of_what_was_refused(
    server, integrator, card, receiver
):
    admin = XmlRpc(server, "admin")
    admin("ir.config_parameter", "set_param", "integrator_api.allow_loopback", "1")
    client = admin("integrator.client", "search", [["user_id.login", "=", integrator.login]])[0]
    topics = admin("integrator.topic", "search", [["code", "=", "credit.moved"]])
    hook = admin(
        "integrator.webhook",
        "create",
        {"client_id": client, "url": receiver, "topic_ids": [[6, 0, topics]]},
    )
    Receiver.secret = admin("integrator.webhook", "action_new_secret", [hook])["context"][
        "default_key"
    ]
    paid = integrator("loyalty_charge", number=card, amount="4.00", request_id=uuid.uuid4().hex)
    integrator("loyalty_charge", number=card, amount="999.00", request_id=uuid.uuid4().hex)
    # this server runs no jobs by itself
    domain = [["module", "=", "integrator_api"], ["name", "=", "ir_cron_deliver"]]
    (job,) = admin("ir.model.data", "search_read", domain, ["res_id"])
    admin("ir.cron", "method_direct_trigger", [job["res_id"]])
    (event,) = Receiver.taken.values()
    assert (event["topic"], event["data"]["move"]) == ("credit.moved", paid["move"])
    admin("integrator.webhook", "unlink", [hook])
