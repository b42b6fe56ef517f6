"""What a card adds to the confirmation of an order, beside what core's programmes add.

Ours: an order of ten lines is paired with a card that gives 10 %, pays 50.00 with credit and earns
5 %, and is confirmed: discounts on ten lines, the terms, the reservation and the earning, two
sealed movements.

Peer: the same order with core ``sale_loyalty``: a points programme of which a discount of 10 % is
claimed, and an eWallet that pays 50.00, then confirmed. It is the strongest fair peer because it
is Odoo's own way to the same three things: a discount, paying with credit, and earning.

Both are less the confirmation of the same order without any of it; figures are what is added. All
take turns in one process and one database with both modules. Target of the first row: at most
0.33, and at most 40 queries. The second row is the confirmation alone, with card and rewards on
the order before: core has done its work then, and only takes the points.
"""

from bench import databases, documents, harness
from suite import odoo

ROUNDS = 40

SCRIPT = """
points = env["loyalty.program"].create({
    "name": "Points", "program_type": "loyalty", "trigger": "auto", "applies_on": "both",
    "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [Command.create({
        "reward_type": "discount", "discount": 10, "discount_mode": "percent",
        "discount_applicability": "order", "required_points": 100,
    })],
})
wallet = env["loyalty.program"].create({
    "name": "eWallet", "program_type": "ewallet", "trigger": "auto", "applies_on": "future",
    "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [Command.create({
        "reward_type": "discount", "discount": 1, "discount_mode": "per_point",
        "discount_applicability": "order", "required_points": 1,
    })],
})
env.cr.commit()

def none():
    pass

def plain(number):
    order = create_order()
    return order.action_confirm, none

def ours(number, claimed=False):
    order = create_order()
    card = create_card(order.partner_id)
    def claim():
        order.write({"loyalty_account_id": card.id, "loyalty_credit_planned": 50})
    def call():
        claim()
        order.action_confirm()
    def check():
        assert card.held == 50, card.held
        assert card.balance > 110, card.balance
    if claimed:
        claim()
    return order.action_confirm if claimed else call, check

def peer(number, claimed=False):
    order = create_order()
    card, purse = env["loyalty.card"].create([
        {"program_id": points.id, "partner_id": order.partner_id.id, "points": 500},
        {"program_id": wallet.id, "partner_id": order.partner_id.id, "points": 50},
    ])
    def claim():
        order._update_programs_and_rewards()
        for coupon, reward in ((card, points.reward_ids), (purse, wallet.reward_ids)):
            status = order._apply_program_reward(reward, coupon)
            assert "error" not in status, status
        order._update_programs_and_rewards()
    def call():
        claim()
        order.action_confirm()
    def check():
        lines = order.order_line.filtered("is_reward_line")
        assert sum(lines.mapped("price_total")) < -50, lines.mapped("price_total")
        assert purse.points == 0, purse.points
        assert card.points != 500, card.points
    if claimed:
        claim()
    return order.action_confirm if claimed else call, check

SIDES = {
    "plain": plain, "ours": ours, "peer": peer,
    "ours_alone": lambda number: ours(number, claimed=True),
    "peer_alone": lambda number: peer(number, claimed=True),
}
"""


def run(bench):
    """Yield two rows."""
    with databases.scratch(bench.settings) as name:
        log = bench.settings.logs / "bench-install.log"
        odoo.install(bench.settings, name, ["sale_loyalty"], log=log, progress=bench.progress)
        sides = documents.take_turns(bench.settings, name, SCRIPT, ROUNDS)
        plain = harness.row("", "", sides["plain"], sides["plain"])
        for size, suffix in (("10 lines", ""), ("confirmation alone", "_alone")):
            yield harness.row(
                "order_confirm",
                size,
                documents.added(sides["ours" + suffix], sides["plain"]),
                documents.added(sides["peer" + suffix], sides["plain"]),
                plain_ms=plain.ours_ms,
                plain_queries=plain.queries,
            )
        databases.verify(bench.settings, name)
