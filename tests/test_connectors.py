"""Invoices over the wire: a real Odoo with its runner of jobs, and a provider's stand-in.

What counts is what the stand-in has in its books, and that the provider's published contract allows
every request it got.
"""

import time
import uuid
from decimal import Decimal

import connector_facts
import pytest
import requests
from rpc import XmlRpc

from suite import stand_ins

DATE = "2026-11-20"
#: Seconds until an invoice must have arrived: the runner's pace, and a second try.
PATIENCE = 60


@pytest.fixture(scope="module", params=sorted(connector_facts.FACTS))
def scene(request, settings, server):
    """One provider's stand-in, and a backend connected with it while the tests run."""
    with stand_ins.StandIn(settings, request.param) as stand_in:
        scene = Scene(server, stand_in, connector_facts.FACTS[request.param])
        yield scene
        # what others post goes nowhere
        scene.call("accounting.backend", "write", [scene.backend], {"active": False})


class Scene:
    """A backend, a customer and taxes; exports invoices and reads what arrived."""

    def __init__(self, server, stand_in, facts, call=None):
        self.stand_in, self.facts = stand_in, facts
        self.server, self.call = server, call or XmlRpc(server, "admin")
        self.contract = connector_facts.load_contract(stand_in.provider)
        self.checked = 0
        self.backend = self._connect()
        self.name = f"{stand_in.provider} {uuid.uuid4().hex[:6]}"
        named = {"name": f"{self.name} customer", "is_company": True}
        self.partner = self.call("res.partner", "create", named)
        self._add("accounting.partner.link", partner_id=self.partner, external_id=facts.customer)
        (self.account,) = self.call(
            "account.account", "search", [("account_type", "=", "income")], limit=1
        )
        self._add("accounting.account.map", account_id=self.account, code=facts.account)
        self.taxes = {
            "usual": self._create_tax(facts.percent, included=False),
            "included": self._create_tax(facts.percent, included=True),
            "zero": self._create_tax(0, included=False),
            "reverse": self._create_reverse_charge(),
        }

    def _connect(self):
        values = {
            "name": f"{self.stand_in.provider} over the wire",
            "provider": self.stand_in.provider,
            "base_url": self.stand_in.base_url,
            "auth_url": self.stand_in.url,
            "export_on": "posting",
        }
        backend = self.call("accounting.backend", "create", values)
        wanted = stand_ins.SETTINGS[self.stand_in.provider]
        domain = [["backend_id", "=", backend]]
        for setting in self.call("accounting.setting", "search_read", domain, ["name"]):
            value = {"value": wanted[setting["name"]]}
            self.call("accounting.setting", "write", [setting["id"]], value)
        action = self.call("accounting.backend", "action_connect", [backend])
        if action.get("url"):
            stand_ins.agree(self.server, action["url"])
        return backend

    def _add(self, model, **values):
        return self.call(model, "create", {"backend_id": self.backend, **values})

    def _create_tax(self, percent, included):
        kind = "tax_included" if included else "tax_excluded"
        values = {
            "name": f"{self.name} {percent} {kind}",
            "amount": percent,
            "type_tax_use": "sale",
        }
        tax = self.call("account.tax", "create", values | {"price_include_override": kind})
        self._add("accounting.tax.map", tax_id=tax, code=self.facts.codes[percent])
        return tax

    def _create_reverse_charge(self):
        """Return a tax that takes back what it adds: the customer accounts for it."""
        shares = [("base", 100), ("tax", 100), ("tax", -100)]
        lines = [(0, 0, {"repartition_type": kind, "factor_percent": f}) for kind, f in shares]
        values = {
            "name": f"{self.name} reverse charge",
            "amount": self.facts.percent,
            "type_tax_use": "sale",
            "price_include_override": "tax_excluded",
            "invoice_repartition_line_ids": lines,
            "refund_repartition_line_ids": lines,
        }
        tax = self.call("account.tax", "create", values)
        self._add("accounting.tax.map", tax_id=tax, code=self.facts.codes[0])
        return tax

    def create_rounding(self):
        """Return a rounding of totals to whole units, as a row of its own."""
        values = {
            "name": f"{self.name} whole",
            "rounding": 1,
            "strategy": "add_invoice_line",
            "profit_account_id": self.account,
            "loss_account_id": self.account,
        }
        return self.call("account.cash.rounding", "create", values)

    def create(self, quantity, price, tax="usual", discount=0, **values):
        """Return an invoice over one row, not posted yet."""
        line = {
            "name": "Tea",
            "quantity": quantity,
            "price_unit": price,
            "discount": discount,
            "account_id": self.account,
            "tax_ids": [(6, 0, [self.taxes[tax]])],
        }
        return self.call(
            "account.move",
            "create",
            {
                "move_type": "out_invoice",
                "partner_id": self.partner,
                "invoice_date": DATE,
                "invoice_line_ids": [(0, 0, line)],
                **values,
            },
        )

    def credit(self, invoice, quantity=None):
        """Return a credit note of an invoice, over fewer if asked, not posted yet."""
        (journal,) = self.call("account.move", "read", [invoice], ["journal_id"])
        context = {"active_model": "account.move", "active_ids": [invoice]}
        values = {"journal_id": journal["journal_id"][0], "date": DATE}
        wizard = self.call("account.move.reversal", "create", values, context=context)
        credit = self.call("account.move.reversal", "reverse_moves", [wizard])["res_id"]
        if quantity:
            domain = [("move_id", "=", credit), ("display_type", "=", "product")]
            (line,) = self.call("account.move.line", "search", domain)
            change = [(1, line, {"quantity": quantity})]
            self.call("account.move", "write", [credit], {"invoice_line_ids": change})
        return credit

    def export(self, invoice):
        """Post an invoice; return its export and what the stand-in has, once it arrived.

        Every request it took must be one that the contract allows.
        """
        self.call("account.move", "action_post", [invoice])
        export = self._wait(invoice)
        (move,) = self.call("account.move", "read", [invoice], ["name"])
        snapshot = self._ask("snapshot")["invoices"]
        (seen,) = (one for one in map(self.facts.read, snapshot) if one.number == move["name"])
        self.check_requests()
        return export, seen

    def _wait(self, invoice):
        fields = ["move_id", "state", "reason", "external_id", "external_total", "attempts"]
        domain = [("move_id", "=", invoice), ("backend_id", "=", self.backend)]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            (export,) = self.call("accounting.export", "search_read", domain, fields)
            if export["state"] in ("sent", "failed"):
                break
            time.sleep(0.3)
        assert (export["state"], export["reason"]) == ("sent", False)
        return export

    def _ask(self, name):
        return requests.get(f"{self.stand_in.url}/_standin/{name}", timeout=20).json()

    def check_requests(self):
        """Hold the requests since the last time against the contract; return how many."""
        new = self._ask("requests")[self.checked :]
        problems = [problem for entry in new for problem in self.contract.find_problems(entry)]
        self.checked += len(new)
        assert problems == []
        return len(new)

    def total(self, invoice):
        """Return an invoice's total in Odoo; of a credit note below 0."""
        return sum(self._read_amounts(invoice))

    def show_row(self, invoice, quantity, price, discount=0):
        """Return what the provider was told of the only row; of a credit note it is below 0."""
        net, tax = self._read_amounts(invoice)
        return self.facts.show(connector_facts.Row(quantity, price, discount, net, tax))

    def _read_amounts(self, invoice):
        names = ["amount_untaxed_in_currency_signed", "amount_total_in_currency_signed"]
        (move,) = self.call("account.move", "read", [invoice], names)
        net, total = (Decimal(str(move[name])) for name in names)
        return net, total - net


def test_connecting_sends_what_the_contract_allows(scene):
    domain = [("id", "=", scene.backend)]
    (backend,) = scene.call(
        "accounting.backend", "search_read", domain, ["state", "remote_company"]
    )
    assert backend["state"] == "connected"
    assert backend["remote_company"]
    scene.call("accounting.backend", "action_connect", [scene.backend])
    assert scene.check_requests() >= 1


def test_a_customer_is_linked_by_what_people_paste(scene):
    partner = scene.call("res.partner", "create", {"name": f"{scene.name} other"})
    values = {"backend_id": scene.backend, "partner_id": partner, "typed": scene.facts.pasted}
    wizard = scene.call("accounting.link", "create", values)
    scene.call("accounting.link", "action_fetch", [wizard])
    (shown,) = scene.call("accounting.link", "read", [wizard], ["external_name", "external_id"])
    assert shown["external_name"]
    scene.call("accounting.link", "action_link", [wizard])
    domain = [("partner_id", "=", partner), ("backend_id", "=", scene.backend)]
    (link,) = scene.call("accounting.partner.link", "search_read", domain, ["external_id"])
    assert link["external_id"] == shown["external_id"] == scene.facts.customer
    assert scene.check_requests() >= 1


@pytest.mark.parametrize(
    ("row", "tax"),
    [
        ((3, 9.99), "usual"),
        ((2, 100, 12.5), "usual"),
        ((4, 125), "included"),
        ((1, 80), "zero"),
        ((5, 20), "reverse"),
    ],
    ids=["plain", "discount", "price with tax", "zero-rated", "reverse charge"],
)
def test_an_invoice_arrives_as_it_is(scene, row, tax):
    quantity, price, *discount = row
    invoice = scene.create(quantity, price, tax, *discount)
    export, seen = scene.export(invoice)
    assert seen.customer == scene.facts.customer
    assert seen.rows == (scene.show_row(invoice, *row),)
    assert seen.total == scene.total(invoice) == Decimal(str(export["external_total"]))
    assert export["attempts"] == 1


def test_a_rounded_total_is_what_the_provider_has(scene):
    invoice = scene.create(3, 9.99, invoice_cash_rounding_id=scene.create_rounding())
    _export, seen = scene.export(invoice)
    assert len(seen.rows) == 2
    assert seen.total == scene.total(invoice)
    assert seen.total % 1 == 0


def test_a_foreign_currency_stays_what_it_is(scene):
    (euro,) = scene.call(
        "res.currency", "search", [("name", "=", "EUR")], context={"active_test": False}
    )
    scene.call("res.currency", "write", [euro], {"active": True})
    invoice = scene.create(2, 10, currency_id=euro)
    _export, seen = scene.export(invoice)
    assert (seen.currency, seen.total) == ("EUR", scene.total(invoice))


@pytest.mark.parametrize("quantity", [None, 1], ids=["whole", "part"])
def test_a_credit_note_credits_its_invoice(scene, quantity):
    invoice = scene.create(3, 9.99)
    sent, _seen = scene.export(invoice)
    credit = scene.credit(invoice, quantity)
    _export, seen = scene.export(credit)
    assert seen.credited == sent["external_id"]
    assert seen.total == scene.total(credit)
    assert seen.rows == (scene.show_row(credit, -(quantity or 3), 9.99),)
