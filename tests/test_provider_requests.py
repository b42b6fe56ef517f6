"""What every method of a provider sends, held against its published contract.

Providers are loaded without Odoo: they are plain Python, and have to stay so.
"""

import contextlib
import datetime
import importlib
import sys
import threading
import types
from decimal import Decimal

import contracts
import pytest
from werkzeug.serving import make_server

from standins.cli import PROVIDERS
from suite import stand_ins

pytestmark = pytest.mark.apart

ADDON = contracts.PROJECT / "addons" / "accounting_connectors"
DAY = datetime.date(2026, 11, 20)
#: A customer that exists, one that is a supplier only, VAT codes by percent.
FACTS = {
    "fortnox": ("1", "90", {25: "25", 0: "0"}),
    "tripletex": ("70001", "70004", {25: "3", 0: "5"}),
}
VALUES = {
    "name": "Ny Kund AB",
    "organisation_number": "556611-2233",
    "vat": "SE556611223301",
    "email": "post@ny.example",
    "street": "Storgatan 1",
    "zip": "111 22",
    "city": "Stockholm",
    "country_code": "SE",
    "currency": "SEK",
    "is_company": True,
    "reference": "odoo-77",
}


def load(name):
    """Import a module of the addon as if it were no addon."""
    package = types.ModuleType("plain_connectors")
    package.__path__ = [str(ADDON)]
    sys.modules.setdefault("plain_connectors", package)
    return importlib.import_module(f"plain_connectors.{name}")


class Backend:
    """What a provider and its gate are given, in memory."""

    def __init__(self, url, path, settings):
        self.base_url, self.auth_url = url + path, url
        self.settings, self.tokens, self.secrets = settings, None, ()

    def get_setting(self, name):
        return self.settings[name]

    def get_tokens(self, not_these=None):
        if not self.tokens or self.tokens == not_these:
            self.tokens = self.provider.renew({})
        return self.tokens

    def take_call(self, cost=1):
        """Nobody else calls."""

    def hold(self, name):
        """Nobody else calls."""
        return contextlib.nullcontext()

    def note_wait(self, seconds):
        """Nothing is left so soon."""


class Notes(dict):
    """Steps that need not survive here."""

    def save(self):
        """Nothing crashes here."""


class Caller:
    """A provider that calls its stand-in, and the stand-in's log."""

    def __init__(self, name, stand_in, url):
        self.stand_in, self.contract = stand_in, contracts.load(name)
        self.customer, self.supplier, self.codes = FACTS[name]
        backend = Backend(url, stand_ins.PATHS.get(name, ""), stand_ins.SETTINGS[name])
        gate = load("providers.gate").Gate(backend)
        self.provider = load("providers").get(name)(backend, gate)
        gate.provider = backend.provider = self.provider

    def document(self, key="k" * 32, percent=25, **values):
        """Return a document over one row: 2 × 100 less 10 %."""
        documents = load("rules.document")
        net, tax = Decimal(180), Decimal(180) * percent / 100
        is_gross = values.get("is_gross", False)
        row = documents.Row(
            number=1,
            description="Tea",
            quantity=Decimal(2),
            unit_price=(net + tax if is_gross else net) / 2 / Decimal("0.9"),
            discount=Decimal(10),
            net=net,
            gross=net + tax,
            tax_code=self.codes[percent],
            tax_percent=Decimal(percent),
            account="3001",
            unit="kg",
        )
        values = {"is_credit": False, "is_gross": False, "currency": "SEK", **values}
        return documents.Document(
            key=key,
            number=f"INV/{key[:6]}",
            date=DAY,
            due_date=DAY + datetime.timedelta(days=30),
            rate=Decimal(1),
            step=Decimal("0.01"),
            customer=self.customer,
            rows=(row,),
            net=net,
            tax=tax,
            total=net + tax,
            reference="1234567897",
            order_number="PO 7",
            **values,
        )

    def push(self, key, **values):
        """Create a document at the provider."""
        return self.provider.push_invoice(self.document(key, **values), Notes())

    def check(self):
        """Hold every request so far against the contract."""
        sent = self.stand_in.requests
        assert sent
        assert [one for entry in sent for one in self.contract.find_problems(entry)] == []


@pytest.fixture(params=sorted(FACTS))
def caller(request):
    stand_in = PROVIDERS[request.param]()
    server = make_server("127.0.0.1", 0, stand_in, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Caller(request.param, stand_in, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_providers_need_no_odoo(caller):
    assert caller.provider.fetch_company()[1]
    assert not any(name.partition(".")[0] == "odoo" for name in sys.modules)
    caller.check()


def test_reading_and_searching_customers(caller):
    assert caller.provider.fetch_customer(caller.customer).kind == "customer"
    assert caller.provider.fetch_customer(caller.supplier).kind == "supplier"
    name = caller.provider.fetch_customer(caller.customer).name
    found = caller.provider.search_customers(name=name, organisation_number="")
    assert caller.customer in {one.external_id for one in found}
    assert list(caller.provider.search_customers(organisation_number="000000-0000")) == []
    caller.check()


def test_creating_and_updating_customers(caller):
    created = caller.provider.push_customer(VALUES)
    changed = caller.provider.push_customer(VALUES | {"name": "Nytt Namn AB"}, created.external_id)
    assert (changed.external_id, changed.name) == (created.external_id, "Nytt Namn AB")
    assert changed.city == "Stockholm"
    caller.check()


def test_sending_and_finding_invoices(caller):
    kinds = (
        {"currency": "EUR"},
        {"is_gross": True},
        {"percent": 0},
        {"is_credit": True},
    )
    for number, values in enumerate(kinds):
        document, notes = caller.document(f"key {number}", **values), Notes()
        sent = caller.provider.push_invoice(document, notes)
        assert abs(sent.total) == document.total
        assert caller.provider.find_invoice(document, notes) == sent
        assert caller.provider.find_invoice(document, Notes()) == sent
        assert caller.provider.fetch_invoice(sent.external_id) == sent
    assert caller.provider.find_invoice(caller.document("another"), Notes()) is None
    caller.check()


def test_sending_what_changed_after_a_first_step(caller):
    notes = Notes()
    if switches := getattr(caller.stand_in, "switches", {}):
        switches["bank_account"] = False
        with pytest.raises(load("exceptions").Refused):
            caller.provider.push_invoice(caller.document("a key"), notes)
        switches["bank_account"] = True
    sent = caller.provider.push_invoice(caller.document("a key", percent=0), notes)
    assert (sent.total, len(caller.stand_in.invoices)) == (180, 1)
    caller.check()


@pytest.mark.parametrize("percent", [25, 0], ids=["whole", "another amount"])
def test_crediting_invoices(caller, percent):
    invoice = caller.push("an invoice", percent=percent)
    document = caller.document("a credit", is_credit=True, credited=invoice.external_id)
    notes = Notes()
    sent = caller.provider.push_invoice(document, notes)
    assert sent.total == -document.total
    assert caller.provider.find_invoice(document, notes) == caller.provider.fetch_invoice(
        sent.external_id
    )
    caller.check()


def test_reading_payments_and_changes(caller):
    sent = caller.push("an invoice")
    caller.stand_in.do_pay(sent.external_id, 25.0, "2026-11-22")
    (payment,) = caller.provider.fetch_payments(sent.external_id)
    assert (payment.amount, payment.currency) == (25, "SEK")
    assert caller.provider.fetch_invoice(sent.external_id).balance == 200
    changed = caller.provider.fetch_changed(datetime.datetime(2026, 1, 1))
    assert changed is None or sent.external_id in set(changed)
    caller.check()


def test_sending_invoices_to_customers(caller):
    customers = {str(key): one for key, one in caller.stand_in.customers.items()}
    field = next(name for name in ("Email", "email") if name in customers[caller.customer])
    customers[caller.customer][field] = "post@kund.example"
    sent = caller.push("an invoice", sends=True)
    if caller.provider.sending == "asked":
        assert not caller.provider.is_invoice_sent(sent.external_id)
        caller.provider.send_invoice(sent.external_id)
        assert caller.provider.is_invoice_sent(sent.external_id)
    caller.push(
        "a credit", is_credit=True, credited=sent.external_id, sends=True, email="a@b.example"
    )
    assert [one["to"] for one in caller.stand_in.mails[:1]] == ["post@kund.example"]
    caller.check()


def test_fetching_the_providers_pdf(caller):
    sent = caller.push("an invoice")
    if caller.provider.prints:
        assert caller.provider.fetch_pdf(sent.external_id).startswith(b"%PDF-")
    else:
        with pytest.raises(NotImplementedError):
            caller.provider.fetch_pdf(sent.external_id)
    caller.check()
