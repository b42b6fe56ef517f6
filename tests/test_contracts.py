"""The contracts find what a provider would not understand."""

import json
import unittest
from pathlib import Path

import contracts
import pytest

pytestmark = pytest.mark.apart

TRIPLETEX_BODY = {
    "customer": {"id": 70001},
    "orderDate": "2026-11-20",
    "deliveryDate": "2026-11-20",
    "reference": "0" * 32,
    "currency": {"id": 1},
    "orderLines": [
        {
            "description": "Kaffe",
            "count": 2.0,
            "unitPriceExcludingVatCurrency": 10.0,
            "vatType": {"id": 3},
        }
    ],
}
FORTNOX_BODY = {
    "Invoice": {
        "CustomerNumber": "1",
        "InvoiceDate": "2026-11-20",
        "InvoiceRows": [{"DeliveredQuantity": "2", "Price": 10.0, "VAT": 25}],
    }
}


def request(method, path, query="", body=None):
    """Return a request as a stand-in's log has it."""
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return {
        "method": method,
        "path": path,
        "query": query,
        "headers": content_type if body is not None else {},
        "body": "" if body is None else json.dumps(body),
    }


ORDER = request("POST", "/v2/order", body=TRIPLETEX_BODY)
INVOICE = request("PUT", "/v2/order/7/:invoice", "invoiceDate=2026-11-20&sendToCustomer=false")
SENT = request("POST", "/3/invoices", body=FORTNOX_BODY)


def with_body(entry, old, new):
    """Return a request with a piece of its body replaced."""
    assert old in entry["body"], "the piece is not there"
    return entry | {"body": entry["body"].replace(old, new)}


def find(provider, entry):
    return list(contracts.load(provider).find_problems(entry))


@pytest.mark.parametrize(
    ("provider", "entry"),
    [
        ("tripletex", ORDER),
        ("tripletex", INVOICE),
        ("tripletex", request("GET", "/v2/token/session/>whoAmI", "fields=company(id,name)")),
        ("tripletex", request("GET", "/v2/customer", "from=0&count=1000&fields=*,currency(code)")),
        ("fortnox", SENT),
        ("fortnox", request("GET", "/3/invoices", "externalinvoicereference1=a&page=1&limit=500")),
        ("fortnox", request("POST", "/oauth-v1/token", body={"on": "another host"})),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value['method']} {value['path']}",
)
def test_what_the_contract_allows_is_no_problem(provider, entry):
    assert find(provider, entry) == []


@pytest.mark.parametrize(
    ("provider", "entry", "problem"),
    [
        ("tripletex", with_body(ORDER, '"reference"', '"ref_no"'), "ref_no"),
        ("tripletex", with_body(ORDER, '"vatType"', '"vattype"'), "vattype"),
        ("tripletex", with_body(ORDER, "2.0", '"2"'), "'2' is not of type 'number'"),
        ("tripletex", with_body(ORDER, "70001", "null"), "None"),
        ("tripletex", with_body(ORDER, '"description"', '"displayName"'), "displayName"),
        ("tripletex", ORDER | {"headers": {"Content-Type": "text/plain"}}, "application/json"),
        ("tripletex", ORDER | {"body": "customer=7"}, "JSON"),
        ("tripletex", INVOICE | {"query": "sendToCustomer=false"}, "lacks the parameter"),
        (
            "tripletex",
            INVOICE | {"query": INVOICE["query"] + "&sendtoCustomer=1"},
            "sendtoCustomer",
        ),
        ("tripletex", INVOICE | {"query": INVOICE["query"] + "x"}, "boolean"),
        ("tripletex", INVOICE | {"path": "/v2/order/seven/:invoice"}, "integer"),
        ("tripletex", INVOICE | {"body": "{}"}, "none is taken"),
        ("tripletex", request("GET", "/v2/customer/7", "fields=id,namn"), "no field namn"),
        ("tripletex", request("GET", "/v2/customer/7", "fields=currency(kode)"), "no field kode"),
        ("tripletex", request("GET", "/v2/orders"), "in no contract"),
        ("tripletex", request("PUT", "/v2/order"), "in no contract"),
        ("fortnox", with_body(SENT, "CustomerNumber", "Customernumber"), "Customernumber"),
        ("fortnox", with_body(SENT, '"2"', "2"), "2 is not of type 'string'"),
        ("fortnox", with_body(SENT, "2026-11-20", "20 nov"), "date"),
        ("fortnox", with_body(SENT, "25", '"25"'), "integer"),
        ("fortnox", request("GET", "/3/invoices", "filter=open"), "open"),
        ("fortnox", request("GET", "/3/customers", "orgnumber=1"), "no parameter orgnumber"),
    ],
)
def test_what_a_provider_would_not_understand_is_found(provider, entry, problem):
    found = find(provider, entry)
    assert len(found) >= 1
    assert problem in " ".join(found)


def test_without_the_contracts_it_is_said_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("CONTRACTS_DIR", str(tmp_path / "none"))
    with pytest.raises(unittest.SkipTest, match="CONTRACTS_DIR"):
        contracts.get_folder()
    monkeypatch.setenv("CONTRACTS_DIR", str(tmp_path))
    assert contracts.get_folder() == Path(tmp_path)
