"""Two establishments that honour each other's cards, over the wire: programs and rights.

Of partner_consolidation and partner_consolidation_pos.

In the demo data the bistro serves the shop's clients: shared deposit, its own earned credit pays
half of a bill, earned credit clears at 80 %, at most 500.00 may be owed.
"""

import threading
import uuid
import xmlrpc.client

import pytest
from loyalty import assert_books, open_account, query
from rpc import XmlRpc


@pytest.fixture(scope="module")
def shop(server):
    return XmlRpc(server, "manager")


@pytest.fixture(scope="module")
def bistro(server):
    return XmlRpc(server, "bistro")


@pytest.fixture
def card(server):
    """Card of the shop with 40.00 that was paid in."""
    return open_account(XmlRpc(server, "admin"), 40)


def refused(call, *args, **kwargs):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*args, **kwargs)
    assert "Traceback" not in caught.value.faultString
    return caught.value.faultString


def owed(server, card):
    """Items of a card as ``[(credit, amount), …]``, the oldest first."""
    rows = query(
        server,
        """SELECT i.credit, i.amount FROM consolidation_item i
             JOIN loyalty_account_move m ON m.id = i.move_id
            WHERE m.account_id = %s ORDER BY i.id""",
        card["id"],
    )
    return [(float(credit), float(amount)) for credit, amount in rows]


def test_a_partners_card_pays_and_comes_back(server, bistro, card):
    terms = bistro("loyalty.api", "terms", card["number"], 30)
    assert (terms["own"], terms["spendable"], terms["payment_percentage"]) == (False, 30, 50)
    paid = bistro("loyalty.api", "charge", card["number"], 25, uuid.uuid4().hex)
    assert (paid["amount"], paid["balance"], paid["available"]) == (-25, False, False)
    assert bistro("loyalty.api", "find", card["number"])["available"] == 15
    assert owed(server, card) == [(25, 25)]
    bistro("loyalty.api", "refund", paid["move_id"], uuid.uuid4().hex, 10)
    assert owed(server, card) == [(25, 25), (-10, -10)]


def test_a_third_establishment_learns_nothing(server, card):
    deli = XmlRpc(server, "deli")
    unknown = refused(deli, "loyalty.api", "find", "NOBODY-0")
    known = refused(deli, "loyalty.api", "find", card["number"])
    assert known.replace(card["number"], "NOBODY-0") == unknown


def test_ids_open_nothing(server, bistro, card):
    for model, domain in (
        ("loyalty.account", [("id", "=", card["id"])]),
        ("loyalty.account.move", [("account_id", "=", card["id"])]),
        ("loyalty.account.lot", [("account_id", "=", card["id"])]),
    ):
        assert bistro(model, "search", domain) == []
    partner = bistro("res.partner", "create", {"name": "Guest"})
    order = bistro("sale.order", "create", {"partner_id": partner})
    refused(bistro, "sale.order", "write", [order], {"loyalty_account_id": card["id"]})
    refused(
        bistro,
        "sale.order",
        "write",
        [order],
        {"loyalty_account_id": card["id"], "loyalty_presented": "NOBODY-0"},
    )
    assert bistro("sale.order", "action_pair_loyalty_account", [order], card["number"])
    values = bistro("sale.order", "read", [order], ["loyalty_account_id", "partner_id"])[0]
    assert values["loyalty_account_id"][0] == card["id"]
    assert values["partner_id"][0] == partner


def test_engine_and_private_methods_cannot_be_called(bistro):
    for model, method in (
        ("consolidation.agreement", "_accept"),
        ("consolidation.agreement", "_get_terms_in_force"),
        ("consolidation.item", "_get_positions"),
        ("consolidation.lot", "_note"),
        ("loyalty.account", "_with_presented"),
    ):
        assert "private" in refused(bistro, model, method, []).lower()
    for model in ("consolidation.item", "consolidation.agreement", "consolidation.terms"):
        assert refused(bistro, model, "create", {})


def test_both_establishments_at_once_never_overspend(server, card):
    """Half of the clients charge at home, half at the partner."""
    gate, paid = threading.Barrier(6), []

    def client(login):
        call = XmlRpc(server, login)
        gate.wait()
        for _step in range(4):
            try:
                answer = call("loyalty.api", "charge", card["number"], 3, uuid.uuid4().hex)
                paid.append((login, answer["move_id"]))
            except xmlrpc.client.Fault as fault:
                assert "available" in fault.faultString or "can pay" in fault.faultString

    logins = ["manager", "bistro"] * 3
    threads = [threading.Thread(target=client, args=(login,)) for login in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert len(paid) == len(set(paid)) == 13, "40.00 pays thirteen times 3.00"
    abroad = sum(login == "bistro" for login, _move in paid)
    assert 0 < abroad < 13, "a race that one side wins alone shows nothing"
    assert owed(server, card) == [(3, 3)] * abroad
    assert_books(server)


def test_who_owes_whom_is_seen_by_both_sides_only(server, shop, bistro, card):
    bistro("loyalty.api", "charge", card["number"], 5, uuid.uuid4().hex)
    item = query(server, "SELECT max(id) FROM consolidation_item")[0][0]
    fields = ["credit", "card_number", "document_name"]
    for call in (shop, bistro):
        (row,) = call("consolidation.item", "search_read", [("id", "=", item)], fields)
        assert row["credit"] == 5
        assert row["card_number"].endswith(card["number"][-4:])
        assert card["number"] not in row["card_number"]
    deli = XmlRpc(server, "deli")
    assert deli("consolidation.item", "search", [("id", "=", item)]) == []
