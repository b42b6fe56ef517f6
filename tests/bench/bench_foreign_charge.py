"""Charging a partner's card over XML-RPC beside charging an own one.

Ours: ``loyalty.api.charge`` of a card that another establishment issued: find it, read the terms,
what is owed and what the limit leaves, choose the lots, charge, and note what is owed.

Peer: the same call with a card of the user's own establishment, on the same server, in the same
database, in turns. It is the strongest fair peer because it is the same charge without a partner:
the difference is what honouring costs. Target: at most 1.3 times that.

The database holds 1,000,000 earlier allocations of a dozen establishments, each used elsewhere, in
24 closed periods and an open one of 40,000, as in ``clearing_1m``; the agreement has an exposure
limit, so that every charge asks for what is owed.
"""

from bench import databases, harness, servers
from bench.bench_clearing_1m import ITEMS, PERIODS, PLACES, SEED
from bench.clients import Rpc
from suite import odoo

ROUNDS = 60
AMOUNT = 1.25
CREDIT = 1000.0
OWN, FOREIGN = "BENCH-OWN", "BENCH-FOREIGN"

SETUP = """
# The seeded allocations name movements and lots that are not there; the real ones come after them.
for table in ("loyalty_account_move", "loyalty_account_lot"):
    env.cr.execute("SELECT setval(%s, 10000000)", [table + "_id_seq"])
places = env["res.company"].search([("name", "like", "Bench ")], order="id")
issuer, place = places[0], places[1]
env.user.company_ids |= places
agreements = env["consolidation.agreement"]
agreement = agreements.with_company(issuer)._invite(place)
agreement.with_company(place)._accept(
    {"copy_privileges": True, "shared_deposit": True, "exposure_limit": 900000000})
for number, company in ((OWN, place), (FOREIGN, issuer)):
    card = env["loyalty.account"].create(
        {"number": number, "name": "Bench", "company_id": company.id})
    env["loyalty.ledger"]._top_up(card, CREDIT, company=company)
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Bench partner", "login": LOGIN, "password": LOGIN, "company_id": place.id,
    "company_ids": [(6, 0, place.ids)],
    "group_ids": [(4, env.ref("base.group_user").id),
                  (4, env.ref("loyalty_accounts.group_user").id)]})
env.cr.commit()
print(MARK + "0")
"""

CHECK = """
cards = env["loyalty.account"].search([("number", "in", (OWN, FOREIGN))])
items = env["consolidation.item"].search([("move_id.account_id", "in", cards.ids)])
problems = cards._verify_ledger()
print(MARK + __import__("json").dumps(
    [sorted(cards.mapped("balance")), len(items), sum(items.mapped("amount")), len(problems)]))
"""

LOGIN = "bench-partner"


def run(bench):
    """Yield one row."""
    settings = bench.settings
    given = _spell(MARK=databases.MARK, ITEMS=ITEMS, PERIODS=PERIODS, PLACES=PLACES)
    given += _spell(OWN=OWN, FOREIGN=FOREIGN, CREDIT=CREDIT, LOGIN=LOGIN)
    with databases.scratch(settings) as name:
        log = settings.logs / "bench-install.log"
        odoo.install(settings, name, ["partner_consolidation"], log=log, progress=bench.progress)
        bench.progress.show(f"writing {ITEMS} allocations")
        databases.run_in_shell(settings, name, given + SEED + "\nprint(MARK + '0')\n")
        databases.run_in_shell(settings, name, given + SETUP)
        with servers.running(settings, name, workers=1) as (server, log):
            rpc = Rpc(server.url, name, LOGIN, LOGIN)
            ours, peer = _side(rpc, FOREIGN), _side(rpc, OWN)
            harness.compare(
                ours, peer, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show
            )
        spent = AMOUNT * (ROUNDS + harness.WARM_UP)
        found = databases.run_in_shell(settings, name, given + CHECK)
        assert found == [[CREDIT - spent] * 2, ROUNDS + harness.WARM_UP, spent, 0], found
    yield harness.row("foreign_charge", str(ITEMS), ours, peer)


def _side(rpc, number):
    """Charges of one card, each a request of its own."""
    return harness.Side(
        lambda count: rpc.call("loyalty.api", "charge", number, AMOUNT, f"{number}-{count}"),
        check_charge,
    )


def check_charge(count, answer):
    """An own card's balance is told; a partner's is not, and is checked at the end."""
    assert (answer["kind"], answer["amount"]) == ("charge", -AMOUNT)
    assert answer["balance"] in (False, CREDIT - AMOUNT * (count + 1))


def _spell(**values):
    return "".join(f"{name} = {value!r}\n" for name, value in values.items())
