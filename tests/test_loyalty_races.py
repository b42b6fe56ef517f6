"""Several programs and people at the same account at the same moment, over HTTP.

Each test fails when not a single conflict occurred in it: then it has shown nothing.
"""

import xmlrpc.client

import pytest
from loyalty import CLIENTS, RETRY, at_once, faults, open_account, query
from rpc import XmlRpc


@pytest.fixture
def admin(server):
    return XmlRpc(server, "admin")


@pytest.fixture
def account(admin):
    return open_account(admin)


@pytest.fixture
def conflicts(server):
    """A function that counts the retries since the test began."""
    start = server.log_file.stat().st_size

    def count():
        with server.log_file.open(encoding="utf-8", errors="replace") as log:
            log.seek(start)
            return len(RETRY.findall(log.read()))

    return count


def ledger(server, account):
    """Return balance, sum of movements, sum of lots and number of charges."""
    return query(
        server,
        """SELECT a.balance,
                  (SELECT sum(amount) FROM loyalty_account_move m WHERE m.account_id = a.id),
                  (SELECT sum(remaining) FROM loyalty_account_lot l WHERE l.account_id = a.id),
                  (SELECT count(*) FROM loyalty_account_move m
                    WHERE m.account_id = a.id AND kind = 'charge')
             FROM loyalty_account a WHERE a.id = %s""",
        account["id"],
    )[0]


def charge_at_once(server, account):
    """Let eight clients charge 7.00 five times each; 100.00 pays fourteen of these."""

    def work(call, number):
        results = []
        for step in range(5):
            try:
                results.append(
                    call(
                        "loyalty.api",
                        "charge",
                        account["number"],
                        7,
                        f"r{number}-{step}-{account['id']}",
                    )
                )
            except xmlrpc.client.Fault as fault:
                assert "of credit is available" in fault.faultString
        return results

    answers = at_once(server, work)
    paid = [move for results in answers for move in results]
    balance, moved, in_lots, charges = ledger(server, account)
    assert len(paid) == charges == 14, "100.00 pays fourteen times 7.00"
    assert balance == moved == in_lots == 2
    assert len({move["move_id"] for move in paid}) == 14


def test_many_charges_at_once_never_overspend_and_lose_nothing(server, admin, conflicts):
    for _round in range(10):  # the first ones may meet workers that are still loading, one by one
        charge_at_once(server, open_account(admin))
        if conflicts():
            break
    assert conflicts() > 0


def test_same_request_at_once_charges_once_and_all_get_the_same_answer(server, account, conflicts):
    for number in range(5):
        request_id = f"same-{number}-{account['id']}"
        answers = at_once(
            server,
            lambda call, _number, key=request_id: call(
                "loyalty.api", "charge", account["number"], 10, key
            ),
        )
        assert not faults(answers)
        assert all(answer == answers[0] for answer in answers)
        balance, moved, in_lots, charges = ledger(server, account)
        assert (balance, charges) == (100 - 10 * (number + 1), number + 1)
        assert balance == moved == in_lots
    assert conflicts() > 0


def test_two_amounts_under_one_request_id_at_once_carry_out_one(server, account, conflicts):
    for attempt in range(5):
        request_id = f"two-{attempt}-{account['id']}"
        answers = at_once(
            server,
            lambda call, number, key=request_id: call(
                "loyalty.api", "charge", account["number"], 1 + number % 2, key
            ),
        )
        assert ledger(server, account)[3] == attempt + 1
        assert len(faults(answers)) == CLIENTS / 2
        assert all("something else" in text for text in faults(answers))
    assert conflicts() > 0


def test_one_request_id_on_two_accounts_at_once_charges_one(server, admin, account, conflicts):
    server.expect_log("loyalty_account_move_key_unique")  # the database has the last word
    numbers = [account["number"], open_account(admin)["number"]]
    for attempt in range(5):
        request_id = f"accounts-{attempt}-{account['id']}"
        answers = at_once(
            server,
            lambda call, number, key=request_id: call(
                "loyalty.api", "charge", numbers[number % 2], 1, key
            ),
        )
        assert len(faults(answers)) == CLIENTS / 2
        assert all("something else" in text for text in faults(answers))
    assert conflicts() > 0


def test_holds_at_once_never_reserve_more_than_there_is(server, account, conflicts):
    answers = at_once(
        server,
        lambda call, number: call(
            "loyalty.api", "hold", account["number"], 30, f"h{number}-{account['id']}", 10
        ),
    )
    assert len(faults(answers)) == CLIENTS - 3, "100.00 holds three times 30.00"
    assert conflicts() > 0


def test_one_order_confirmed_by_many_at_once_earns_once(server, admin, account, conflicts):
    admin("loyalty.account", "write", [account["id"]], {"credit_rate": 0.1, "discount": 0})
    for attempt in range(1, 4):
        product = admin(
            "product.product", "create", [{"name": "Race", "list_price": 50, "taxes_id": []}]
        )[0]
        partner = admin("res.partner", "create", [{"name": "Race"}])[0]
        order = admin(
            "sale.order",
            "create",
            [
                {
                    "partner_id": partner,
                    "loyalty_account_id": account["id"],
                    "order_line": [[0, 0, {"product_id": product}]],
                }
            ],
        )[0]
        at_once(
            server,
            lambda call, _number, order=order: call("sale.order", "action_confirm", [order]),
            clients=4,
        )
        balance, moved, in_lots, _charges = ledger(server, account)
        assert balance == moved == in_lots == 100 + 5 * attempt
    assert conflicts() > 0


def test_charges_and_earnings_at_once_all_count(server, admin, account, conflicts):
    admin("loyalty.account", "write", [account["id"]], {"credit_rate": 0.1, "discount": 0})
    product = admin(
        "product.product", "create", [{"name": "Race", "list_price": 50, "taxes_id": []}]
    )[0]
    partner = admin("res.partner", "create", [{"name": "Race"}])[0]
    values = {
        "partner_id": partner,
        "loyalty_account_id": account["id"],
        "order_line": [[0, 0, {"product_id": product}]],
    }
    orders = admin("sale.order", "create", [values] * 3)

    def work(call, number):
        if number < 3:
            return call("sale.order", "action_confirm", [orders[number]])
        return [
            call("loyalty.api", "charge", account["number"], 2, f"c{number}-{step}-{account['id']}")
            for step in range(4)
        ]

    answers = at_once(server, work)
    assert not faults(answers)
    balance, moved, in_lots, charges = ledger(server, account)
    assert charges == 5 * 4
    assert balance == moved == in_lots == 100 + 3 * 5 - 20 * 2
    assert conflicts() > 0
