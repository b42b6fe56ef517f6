"""Everything that can break while invoices are sent breaks; then the stand-in's books are read.

An Odoo server with its runner of jobs, the stand-in of a provider as a process, faults at random with
a fixed seed, and the server killed in the middle. The stand-in is the judge: each document is there
exactly once. The short form runs in ``test``, the long one in ``proof``.
"""

import dataclasses
import os
import signal
import time
from random import Random

import psycopg2
import pytest
import requests
from conftest import refuse_unexpected
from rpc import XmlRpc

from standins.server import FAULTS
from suite import database, modules, odoo, postgres, process, stand_ins, templates

DATABASE = "suite_faults"
SEED = 20261123
#: Share of the requests that go wrong.
SHARE = 0.35
#: Seconds to wait where people wait longer; enough tries that none is left to a person.
PARAMETERS = {"settle_seconds": "3", "retry_seconds": ",".join(["1"] * 6 + ["2"] * 30)}
#: Seconds after which documents that are not sent count as stuck.
STUCK = {20: 240, 300: 1800}


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a provider's stand-in holds, and how its documents are read.

    :param customers: external IDs there
    :param read: (number, customer, total, count of rows) of a document in its snapshot
    :param settings: that differ from those of the demo
    """

    customers: tuple
    tax_code: str
    tax_percent: int
    account: str
    read: object
    settings: dict = dataclasses.field(default_factory=dict)


def read_fortnox(one):
    """Return what is compared of an invoice."""
    number, customer = one["ExternalInvoiceReference2"], one["CustomerNumber"]
    return number, customer, round(one["Total"], 2), len(one["InvoiceRows"])


def read_tripletex(one):
    """Return what is compared of an invoice."""
    number, customer = one["invoiceComment"] or one["comment"], str(one["customer"]["id"])
    return number, customer, round(float(one["amountCurrency"]), 2), len(one["orderLines"])


def read_twinfield(one):
    """Return what is compared of a transaction."""
    number = one["header"]["invoicenumber"]
    return number, one["customer"], round(float(one["total"]), 2), len(one["rows"])


FACTS = {
    # without a tenant: by consent, with refresh tokens that may be used once
    "fortnox": Facts(("1", "2"), "25", 25, "3001", read_fortnox, {"tenant": ""}),
    "tripletex": Facts(("70001", "70002"), "3", 25, "3000", read_tripletex),
    "twinfield": Facts(("1000", "1001"), "VH", 21, "8000", read_twinfield),
}


@pytest.fixture(scope="module")
def victim(settings):
    """A server of its own, which a test may kill."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, source, DATABASE)
    server = odoo.OdooServer(settings, DATABASE, workers=3, name="faults")
    server.logins, server.expected = {"admin": "admin"}, ["could not serialize access"]
    with server:
        server.log_file.write_text("", encoding="utf-8")  # the log of this session only
        yield server
    database.drop(settings, DATABASE)
    refuse_unexpected(server, modules.scan(settings))


@pytest.fixture(params=sorted(FACTS.keys() & stand_ins.SETTINGS.keys()))
def scene(request, settings, victim):
    """One provider's stand-in, and a backend connected with it."""
    with stand_ins.StandIn(settings, request.param) as stand_in:
        scene = Scene(victim, stand_in, FACTS[request.param])
        yield scene
        # what others post goes nowhere
        scene.call("accounting.backend", "write", [scene.backend], {"active": False})


class Scene:
    """A backend, its customers, and the invoices that are sent."""

    def __init__(self, server, stand_in, facts):
        self.server, self.stand_in, self.facts = server, stand_in, facts
        self.call = XmlRpc(server, "admin")
        self.random = Random(f"{SEED}/{stand_in.provider}")
        self.reconnected = 0
        for name, value in PARAMETERS.items():
            self.call("ir.config_parameter", "set_param", f"accounting_connectors.{name}", value)
        self.backend = self._create_backend()
        self.partners = self._create_partners()
        self.tax, self.account = self._create_mapping()

    def _create_backend(self):
        values = {"name": self.stand_in.provider, "provider": self.stand_in.provider}
        values |= {"base_url": self.stand_in.base_url, "auth_url": self.stand_in.url}
        backend = self.call("accounting.backend", "create", values)
        wanted = stand_ins.SETTINGS[self.stand_in.provider] | self.facts.settings
        domain = [["backend_id", "=", backend]]
        for setting in self.call("accounting.setting", "search_read", domain, ["name"]):
            value = {"value": wanted[setting["name"]]}
            self.call("accounting.setting", "write", [setting["id"]], value)
        self.backend = backend
        self.connect()
        return backend

    def connect(self):
        """Connect, as a person does."""
        action = self.call("accounting.backend", "action_connect", [self.backend])
        if action.get("url"):
            stand_ins.agree(self.server, action["url"])
        assert self.read_state() == "connected"

    def read_state(self):
        """Return the backend's state."""
        return self.call("accounting.backend", "read", [self.backend], ["state"])[0]["state"]

    def _create_partners(self):
        partners = {}
        for external_id in self.facts.customers:
            name = f"{self.stand_in.provider} {external_id}"
            partner = self.call("res.partner", "create", {"name": name, "is_company": True})
            link = {"backend_id": self.backend, "partner_id": partner, "external_id": external_id}
            self.call("accounting.partner.link", "create", link)
            partners[partner] = external_id
        return partners

    def _create_mapping(self):
        percent = self.facts.tax_percent
        named = {"name": f"{self.stand_in.provider} {percent}", "type_tax_use": "sale"}
        tax = self.call("account.tax", "create", named | {"amount": percent})
        (account,) = self.call(
            "account.account", "search", [["account_type", "=", "income"]], limit=1
        )
        mapped = {"backend_id": self.backend, "code": self.facts.tax_code, "tax_id": tax}
        self.call("accounting.tax.map", "create", mapped)
        mapped = {"backend_id": self.backend, "code": self.facts.account, "account_id": account}
        self.call("accounting.account.map", "create", mapped)
        return tax, account

    def post_invoices(self, count):
        """Post invoices at random and queue them; return {number: (customer, total, rows)}."""
        moves = self.call("account.move", "create", [self._compose() for _one in range(count)])
        self.call("account.move", "action_post", moves)
        fields = ["name", "partner_id", "amount_total", "invoice_line_ids"]
        return {
            one["name"]: (
                self.partners[one["partner_id"][0]],
                round(one["amount_total"], 2),
                len(one["invoice_line_ids"]),
            )
            for one in self.call("account.move", "read", moves, fields)
        }

    def _compose(self):
        lines = [
            (0, 0, {
                "name": f"Row {number}",
                "quantity": self.random.randrange(1, 9),
                "price_unit": self.random.randrange(100, 100_000) / 100,
                "tax_ids": [(6, 0, [self.tax])],
                "account_id": self.account,
            })
            for number in range(self.random.randrange(1, 5))
        ]  # fmt: skip
        return {
            "move_type": "out_invoice",
            "partner_id": self.random.choice(sorted(self.partners)),
            "invoice_date": "2026-11-20",
            "invoice_line_ids": lines,
        }

    def export_on_posting(self):
        """Let invoices go out by themselves from now on."""
        self.call("accounting.backend", "write", [self.backend], {"export_on": "posting"})

    def read_exports(self):
        """Return {state: count} of the exports."""
        with psycopg2.connect(self.server.dsn) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT state, count(*) FROM accounting_export WHERE backend_id = %s GROUP BY state",
                [self.backend],
            )
            found = dict(cursor.fetchall())
            # the runner looks for jobs of dead workers whenever something happens, at least once
            # a minute: something happens
            cursor.execute("SELECT pg_notify('queue_job', '')")
        connection.close()
        return found

    def kill_server(self):
        """End all its processes at once, and start it again."""
        os.killpg(self.server.running(), signal.SIGKILL)
        assert process.wait_until(lambda: odoo.port_free(self.server.port), 20)
        self.server.start()
        self.call = XmlRpc(self.server, "admin")

    def ask(self, what, values=None):
        """Ask the stand-in's own door."""
        address = f"{self.stand_in.url}/_standin/{what}"
        if values is None:
            return requests.get(address, timeout=30).json()
        return requests.post(address, json=values, timeout=30).json()

    def send_all(self, count, kills):
        """Wait until all are sent, killing the server whenever so many are."""
        deadline = time.monotonic() + STUCK[count]
        while time.monotonic() < deadline:
            states = self.read_exports()
            if states.get("sent", 0) == count:
                return
            if kills and states.get("sent", 0) >= kills[0]:
                kills = kills[1:]
                self.kill_server()
            if self.read_state() == "reconnect":
                self.reconnected += 1
                self.connect()
            time.sleep(0.5)
        fields = ["state", "reason", "attempts"]
        domain = [["backend_id", "=", self.backend], ["state", "!=", "sent"]]
        left = self.call("accounting.export", "search_read", domain, fields)
        raise AssertionError(f"not sent after {STUCK[count]} s: {states}, {left[:5]}")


def break_everything(scene, count, kills):
    """Send documents while all goes wrong, and let the stand-in judge; return what was fired."""
    scene.export_on_posting()
    # ended tokens twice: those that would end too soon after the last ones stay
    kinds = [*FAULTS, "expire"]
    scene.ask("faults", {"planned": list(FAULTS), "share": SHARE, "kinds": kinds, "seed": SEED})
    expected = scene.post_invoices(count)
    scene.send_all(count, kills)
    scene.ask("faults", {"share": 0})
    snapshot = scene.ask("snapshot")
    there = [scene.facts.read(one) for one in snapshot["invoices"]]
    assert len(there) == count, f"{len(there)} documents of {count}"
    # where an invoice is made from an order, none is left over
    assert len(snapshot.get("orders", there)) == count
    assert {number: tuple(rest) for number, *rest in there} == expected
    assert not scene.reconnected, "a refresh token was lost"
    return snapshot["fired"]


def test_each_document_is_there_once_whatever_breaks(scene):
    fired = break_everything(scene, 20, kills=[5])
    assert set(fired) == set(FAULTS)


@pytest.mark.proof
def test_each_of_many_documents_is_there_once_whatever_breaks(scene):
    fired = break_everything(scene, 300, kills=[60, 120, 180, 240])
    assert all(fired[kind] >= 10 for kind in FAULTS), fired
