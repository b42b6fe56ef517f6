"""A customer's "Create order" with 20 lines.

Ours: what the button does: the cart is locked, brought to today's prices, checked against the gate,
packs, minimum order, credit and ways to pay, compared with what the page showed, and confirmed; the
customer gets Odoo's confirmation mail, the account manager an activity.

Peer: core's own ``action_confirm`` of the same 20 lines with the same mail, by staff. It is the
strongest fair peer because ours goes through it: what is measured is what the portal adds. Both take
turns in one process and one database. Target: at most 1.3, with the mail's PDF drawn later by
Odoo's own job; drawn at once, it takes longer than all the rest of both.
"""

from bench import databases, documents, harness

ROUNDS = 30
LINES = 20

SCRIPT = """
env["ir.config_parameter"].set_param("sale.async_emails", LATER)
company.b2b_enabled = True
company.b2b_manager_id = env.user
articles = env["product.product"].create([
    {"name": f"Article {n}", "list_price": 10 + n, "is_storable": True,
     "taxes_id": [Command.set(tax.ids)]}
    for n in range(LINES)
])
pricelist = env["product.pricelist"].create({"name": "Trade"})
env["product.pricelist.item"].create([{
    "pricelist_id": pricelist.id, "applied_on": "1_product", "compute_price": "percentage",
    "percent_price": 10, "product_tmpl_id": article.product_tmpl_id.id,
} for article in articles])
customer = env["res.partner"].create({
    "name": "Trader", "is_company": True, "b2b_state": "active", "city": "Hoorn",
    "email": "trader@example.com",
})
customer.specific_property_product_pricelist = pricelist
buyer = env["res.users"].create({
    "name": "Buyer", "login": "bench_buyer",
    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
})
buyer.partner_id.parent_id = customer
member = env["b2b.member"].create(
    {"partner_id": buyer.partner_id.id, "user_id": buyer.id, "state": "active"}
).with_user(buyer).sudo()
orders = env["sale.order"].with_user(buyer).sudo()
env.cr.commit()

def ours(number):
    cart = orders._ensure_b2b_cart(member)
    for article in articles:
        cart._set_b2b_quantity(member, article.id, "2")
    cart._refresh_b2b_cart(member)
    total = cart._get_b2b_shown_total()
    def call():
        orders._submit_b2b(member, cart.id, total)
    def check():
        assert cart.state == "sale" and cart.b2b_stage == "placed", cart.state
        assert len(cart.order_line) == LINES and cart.activity_ids
    return call, check

def peer(number):
    order = env["sale.order"].create({
        "partner_id": customer.id, "pricelist_id": pricelist.id,
        "order_line": [
            Command.create({"product_id": article.id, "product_uom_qty": 2}) for article in articles
        ],
    })
    def check():
        assert order.state == "sale", order.state
    return order.with_context(send_email=True).action_confirm, check

SIDES = {"ours": ours, "peer": peer}
"""


def run(bench):
    """Yield a row with mails sent later by Odoo's job, and one with mails sent at once."""
    source = databases.base(bench.settings, "b2b_portal", alone=True)
    for title, later in (("", True), (", mail at once", False)):
        with databases.scratch(bench.settings, source=source) as name:
            script = f"LINES, LATER = {LINES}, {later}\n{SCRIPT}"
            sides = documents.take_turns(bench.settings, name, script, ROUNDS)
            yield harness.row("create_order", f"{LINES}{title}", sides["ours"], sides["peer"])
