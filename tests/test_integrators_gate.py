"""Every public method of every model, called with an integrator's key: only operations answer.

Of integrator_api. The methods are those that Odoo's own page of its API lists.
"""

import concurrent.futures
import xmlrpc.client

import pytest
import requests
from integrators import Integrator

THREADS = 4
#: Models whose inherited methods are called, too, besides those of the suite.
CORE = ("res.partner", "res.users", "sale.order", "account.move", "stock.picking", "ir.attachment")
#: How the suite's models begin.
SUITE = (
    "accounting.",
    "b2b.",
    "consignment.",
    "consolidation.",
    "integrator.",
    "loyalty.",
    "portal.",
)


@pytest.fixture(scope="module")
def integrator(server):
    return Integrator(server)


@pytest.fixture(scope="module")
def methods(server):
    """``{model: set of public methods}``, as an administrator reads them."""
    session = requests.Session()
    login = {"db": server.database, "login": "admin", "password": server.logins["admin"]}
    session.post(
        f"{server.url}/web/session/authenticate", json={"params": login}, timeout=60
    ).raise_for_status()
    listed = session.get(f"{server.url}/doc/index.json", timeout=300).json()["models"]
    return {model["model"]: set(model["methods"]) for model in listed}


def choose(methods):
    """Yield every method that is a model's own, and inherited ones of the models that matter."""
    inherited = set.intersection(*methods.values())
    for model, names in sorted(methods.items()):
        matters = model in CORE or model.startswith(SUITE)
        for name in sorted(names if matters else names - inherited):
            yield model, name


@pytest.mark.slow
def test_only_operations_answer_an_integrators_key(server, integrator, methods):
    operations = {operation["name"] for operation in integrator("describe")["operations"]}
    calls = [
        call for call in choose(methods) if call[0] != "integrator.api" or call[1] not in operations
    ]
    assert len(calls) > 5_000, len(calls)

    def is_open(call):
        status, answer = integrator.json(*call)
        return status != 403 or answer["error"]["code"] != "not_permitted"

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        opened = [
            call for call, found in zip(calls, pool.map(is_open, calls), strict=True) if found
        ]
    assert opened == []


@pytest.mark.slow
def test_xml_rpc_is_closed_for_every_model(integrator, methods):
    call = integrator.xmlrpc()
    for model in sorted(methods):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            call(model, "search_count", [])
        assert caught.value.faultCode == 4, model


def test_every_operation_answers_an_error_to_arguments_that_are_none(integrator):
    for operation in integrator("describe")["operations"]:
        answer = integrator(operation["name"], no_such_argument=1)
        assert answer["error"]["code"] == "invalid_argument", operation["name"]
