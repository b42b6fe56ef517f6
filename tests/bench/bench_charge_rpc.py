"""A charge over XML-RPC beside the plainest write over XML-RPC.

Ours: ``execute_kw`` on ``loyalty.api``, ``charge``: look the card up, lock the account, check,
take lots, write a sealed movement and its allocation, update the account, commit.

Peer: ``execute_kw`` on ``res.partner``, ``write`` of one plain text field (``function``) of one
partner. It is the strongest fair peer because it is the least that any program pays for changing
one thing over the same protocol, as the same user, on the same server: nothing but Odoo itself
could be quicker. Target: at most twice that.
"""

from bench import databases, harness, servers
from bench.clients import Rpc

ROUNDS = 60
AMOUNT = 1.25
CREDIT = 1000.0
NUMBER = "BENCH-RPC"


def run(bench):
    """Yield one row."""
    with (
        databases.scratch(bench.settings) as name,
        servers.running(bench.settings, name, workers=1) as (server, log),
    ):
        servers.ensure_user(server, name)
        admin = servers.administrator(server, name)
        partner = admin.call("res.partner", "create", {"name": "Bench"})
        account = admin.call("loyalty.account", "create", {"number": NUMBER, "name": "Bench"})
        admin.call("loyalty.api", "top_up", NUMBER, CREDIT, "start")
        rpc = Rpc(server.url, name, servers.LOGIN, servers.PASSWORD)

        ours = harness.Side(
            lambda number: rpc.call("loyalty.api", "charge", NUMBER, AMOUNT, f"r{number}"),
            check_charge,
        )
        peer = harness.Side(
            lambda number: rpc.call("res.partner", "write", [partner], {"function": f"r{number}"}),
            check_write,
        )
        harness.compare(
            ours, peer, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show
        )

        (account,) = admin.call("loyalty.account", "read", [account], ["balance"])
        assert account["balance"] == CREDIT - AMOUNT * (ROUNDS + harness.WARM_UP)
        (partner,) = admin.call("res.partner", "read", [partner], ["function"])
        assert partner["function"] == f"r{ROUNDS + harness.WARM_UP - 1}"
        yield harness.row("charge_rpc", "1", ours, peer)
        databases.verify(bench.settings, name)


def check_charge(number, answer):
    """The balance after a charge is what all charges so far leave."""
    assert answer["kind"] == "charge"
    assert answer["balance"] == CREDIT - AMOUNT * (number + 1)


def check_write(_number, answer):
    """Odoo answers a write with True."""
    assert answer is True
