"""Validating a till order that is paid with a card's credit, beside core's eWallet.

Ours: what the till sends when a receipt of five lines is paid with credit: ``loyalty.till.hold``
and ``pos.order.sync_from_ui``; the card is charged in the transaction that closes the receipt.

Peer: the same receipt paid with core's eWallet (``pos_loyalty``): ``validate_coupon_programs``,
``sync_from_ui`` with the reward's line, ``confirm_coupon_programs``. It is the strongest fair peer
because it is Odoo's own way to pay with stored credit at the till, with the calls its client makes.

Both over XML-RPC as the same cashier on the same server, each on cards of its own. Target: at most
1.0. ``extra``: what becomes of a card of 100.00 that two tills charge 80.00 at the same moment,
the calls of both interleaved as two tills interleave them; summed over ten cards.
"""

import uuid
import xmlrpc.client

from bench import databases, harness, servers
from bench.clients import Rpc
from suite import odoo

ROUNDS = 40
LINES = 5
PRICE = 8.0
TOTAL = LINES * PRICE
CARDS = 10
CREDIT, CHARGE = 100.0, 80.0
CARD = "BENCH-TILL"
LOGIN, PASSWORD = "bench_cashier", "bench_cashier"

SETUP = """
from odoo import Command

company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
products = env["product.product"].create([
    {"name": f"Bench {n}", "type": "consu", "list_price": 8, "taxes_id": False,
     "available_in_pos": True} for n in range(5)
])
journal = env["account.journal"].create({"name": "Bench cash", "type": "cash", "code": "BCSH"})
cash = env["pos.payment.method"].create({"name": "Cash", "journal_id": journal.id})
config = env["pos.config"].create(
    {"name": "Bench", "payment_method_ids": [Command.set(cash.ids)]})
cashier = env["res.users"].create({
    "name": "Bench", "login": LOGIN, "password": LOGIN,
    "group_ids": [Command.set([env.ref("base.group_user").id,
                               env.ref("point_of_sale.group_pos_user").id])]})
wallet = env["loyalty.program"].create({
    "name": "eWallet", "program_type": "ewallet", "trigger": "auto", "applies_on": "future",
    "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [Command.create({
        "reward_type": "discount", "discount": 1, "discount_mode": "per_point",
        "discount_applicability": "order", "required_points": 1})]})
config.with_user(cashier).open_ui()
config.current_session_id.set_opening_control(0, None)
ledger = env["loyalty.ledger"]
for number, credit in [(CARD, 100000)] + [(f"{CARD}-{n}", 100) for n in range(CARDS)]:
    ledger._top_up(env["loyalty.account"].create({"number": number, "name": "Bench"}), credit)
coupons = env["loyalty.card"].create(
    [{"program_id": wallet.id, "points": 100000}]
    + [{"program_id": wallet.id, "points": 100} for n in range(CARDS)])
env.cr.commit()
print(MARK + __import__("json").dumps({
    "session": config.current_session_id.id, "products": products.ids, "cash": cash.id,
    "credit": config.payment_method_ids.filtered("use_payment_terminal").id,
    "coupons": coupons.ids, "reward": wallet.reward_ids.id,
    "reward_product": wallet.reward_ids.discount_line_product_id.id,
}))
"""


def run(bench):
    """Yield one row."""
    with databases.scratch(bench.settings) as name:
        log = bench.settings.logs / "bench-install.log"
        modules = ["loyalty_accounts_pos", "pos_loyalty"]
        odoo.install(bench.settings, name, modules, log=log, progress=bench.progress)
        values = f"MARK, LOGIN, CARD, CARDS = {(databases.MARK, LOGIN, CARD, CARDS)!r}\n"
        shop = Shop(databases.run_in_shell(bench.settings, name, values + SETUP))
        with servers.running(bench.settings, name, workers=2) as (server, requests):
            shop.connect(server, name)
            yield compare(bench, shop, requests)
        databases.verify(bench.settings, name)


def compare(bench, shop, requests):
    """Return the row of ours and the peer, with what two tills make of one card."""

    def counted():
        return sum(requests.counts("/xmlrpc/2/object"))

    ours = harness.Side(lambda _number: shop.pay_with_card(CARD, TOTAL), check_paid)
    peer = harness.Side(lambda _number: shop.pay_with_wallet(0, TOTAL), check_paid)
    requests.skip()
    harness.compare(ours, peer, rounds=ROUNDS, count_queries=counted, show=bench.progress.show)
    return harness.row("pos_charge", f"{LINES} lines", ours, peer, **two_tills(shop))


def check_paid(_number, order):
    """The server closed the receipt."""
    assert order["state"] == "paid", order


def two_tills(shop):
    """Let two tills charge 80.00 of 100.00 at the same moment; return what was overspent."""
    overspent = core_overspent = 0.0
    for number in range(CARDS):
        card = f"{CARD}-{number}"
        requests = [shop.try_to_hold(card, CHARGE) for _till in range(2)]
        for request in filter(None, requests):
            shop.close_card(card, CHARGE, request)
        overspent += max(0.0, CHARGE * len(list(filter(None, requests))) - CREDIT)

        coupon = shop.coupons[number + 1]
        allowed = [shop.validate(coupon, CHARGE) for _till in range(2)]
        orders = [shop.close_wallet(coupon, CHARGE) for ok in allowed if ok]
        for order in orders:
            shop.confirm(order, coupon, CHARGE)
        core_overspent += max(0.0, CHARGE * len(orders) - CREDIT)
    assert not overspent
    return {"overspent": overspent, "core_overspent": core_overspent}


class Shop:
    """A till's calls, as its client makes them."""

    def __init__(self, values):
        self.__dict__.update(values)

    def connect(self, server, name):
        """Log the cashier in."""
        self.rpc = Rpc(server.url, name, LOGIN, PASSWORD)

    # ---- ours ----

    def pay_with_card(self, card, amount):
        """Reserve and close; return the order."""
        return self.close_card(card, amount, self._hold(card, amount))

    def _hold(self, card, amount):
        request = str(uuid.uuid4())
        self.rpc.call("loyalty.till", "hold", self.session, card, amount, request)
        return request

    def try_to_hold(self, card, amount):
        """Return the request; None where the credit is reserved by the other till."""
        try:
            return self._hold(card, amount)
        except xmlrpc.client.Fault as error:
            assert "credit is available" in str(error), error
            return None

    def close_card(self, card, amount, request):
        """Close a receipt that is paid with reserved credit."""
        payment = {
            "payment_method_id": self.credit,
            "amount": amount,
            "loyalty_request": request,
            "payment_status": "done",
        }
        return self._sync(self._goods(amount), [payment], loyalty_number=card)

    # ---- core ----

    def pay_with_wallet(self, number, amount):
        """Validate, close, confirm; return the order."""
        coupon = self.coupons[number]
        assert self.validate(coupon, amount)
        order = self.close_wallet(coupon, amount)
        self.confirm(order, coupon, amount)
        return order

    def validate(self, coupon, amount):
        """Ask whether the wallet holds enough."""
        changes = {str(coupon): -amount}
        answer = self.rpc.call("pos.order", "validate_coupon_programs", [], changes, [])
        return answer["successful"]

    def close_wallet(self, coupon, amount):
        """Close a receipt whose total the wallet's line takes to zero."""
        line = self._line(self.reward_product, -amount) | {
            "is_reward_line": True,
            "reward_id": self.reward,
            "coupon_id": coupon,
            "reward_identifier_code": "bench",
            "points_cost": amount,
        }
        return self._sync([*self._goods(amount), line], [])

    def confirm(self, order, coupon, amount):
        """Take the points off the wallet."""
        data = {
            str(coupon): {
                "points": -amount,
                "won": 0,
                "spent": amount,
                "coupon_id": coupon,
                "card_id": coupon,
                "program_id": False,
                "line_codes": ["bench"],
            }
        }
        self.rpc.call("pos.order", "confirm_coupon_programs", [order["id"]], data)

    # ---- receipts ----

    def _goods(self, amount):
        return [self._line(product, amount / LINES) for product in self.products]

    def _line(self, product, price):
        return {
            "uuid": str(uuid.uuid4()),
            "product_id": product,
            "qty": 1,
            "price_unit": price,
            "price_subtotal": price,
            "price_subtotal_incl": price,
            "discount": 0,
            "tax_ids": [],
        }

    def _sync(self, lines, payments, **values):
        key = str(uuid.uuid4())
        receipt = {
            "uuid": key,
            "access_token": key,
            "session_id": self.session,
            "state": "paid",
            "amount_total": sum(line["price_subtotal_incl"] for line in lines),
            "amount_tax": 0,
            "amount_paid": sum(payment["amount"] for payment in payments),
            "amount_return": 0,
            "lines": [(0, 0, line) for line in lines],
            "payment_ids": [(0, 0, payment | {"uuid": str(uuid.uuid4())}) for payment in payments],
            **values,
        }
        answer = self.rpc.call("pos.order", "sync_from_ui", [receipt])
        return next(order for order in answer["pos.order"] if order["uuid"] == key)
