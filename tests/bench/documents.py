"""Timing what is done to documents inside one Odoo process, without HTTP around it.

A case is a script for Odoo's shell that defines its *sides*: functions that prepare a document
and return what is to be timed. They take turns in one process and one database; each timed call
ends with a commit, as a request does, and starts with an empty cache.
"""

from bench import databases, harness

#: Runs the sides in turns. ``SIDES`` is a dict of ``name: prepare(number) -> (call, check)``.
TURNS = """
import gc, json, time

def measure(call):
    env.invalidate_all()
    gc.collect()
    queries, started = env.cr.sql_log_count, time.perf_counter()
    call()
    env.cr.commit()
    return time.perf_counter() - started, env.cr.sql_log_count - queries

found = {name: [] for name in SIDES}
for number in range(ROUNDS + WARM_UP):
    names = list(SIDES) if number % 2 == 0 else list(reversed(SIDES))
    for name in names:
        call, check = SIDES[name](number)
        env.cr.commit()
        taken = measure(call)
        check()
        if number >= WARM_UP:
            found[name].append(taken)
print(MARK + json.dumps(found))
"""

#: A company with a chart, ten products with a tax, and a customer for each order.
SHOP = """
from odoo import Command

env = env(user=env.ref("base.user_admin").id)  # a person: for the superuser other paths are taken
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
tax = env["account.tax"].search([("type_tax_use", "=", "sale")], limit=1)
products = env["product.product"].create([
    {"name": f"Bench {n}", "type": "consu", "list_price": 10 + n, "invoice_policy": "order",
     "taxes_id": [Command.set(tax.ids)]}
    for n in range(10)
])
env.cr.commit()

def create_order(**values):
    partner = env["res.partner"].create({"name": "Bench customer"})
    return env["sale.order"].create({
        "partner_id": partner.id,
        "order_line": [Command.create({"product_id": p.id, "product_uom_qty": 2}) for p in products],
        **values,
    })

def create_card(partner, credit=100):
    card = env["loyalty.account"].create(
        {"name": "Bench", "partner_id": partner.id, "discount": 10, "credit_rate": 0.05}
    )
    env["loyalty.ledger"]._top_up(card, credit)
    return card
"""


def take_turns(settings, name, script, rounds):
    """Run a case's script; return ``{side: harness.Side}``."""
    values = f"MARK, ROUNDS, WARM_UP = {databases.MARK!r}, {rounds}, {harness.WARM_UP}\n"
    found = databases.run_in_shell(settings, name, values + SHOP + script + TURNS)
    sides = {}
    for side, rows in found.items():
        sides[side] = harness.Side(None, None)
        sides[side].seconds = [seconds for seconds, _queries in rows]
        sides[side].queries = [queries for _seconds, queries in rows]
    return sides


def added(side, plain):
    """What a side takes more than the plain one, round by round."""
    result = harness.Side(None, None)
    result.seconds = [one - other for one, other in zip(side.seconds, plain.seconds, strict=True)]
    result.queries = [one - other for one, other in zip(side.queries, plain.queries, strict=True)]
    return result
