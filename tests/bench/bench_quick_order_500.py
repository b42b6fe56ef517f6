"""A pasted list of 500 lines into the cart, beside creating 500 order lines by the ORM.

Ours: the text of 500 lines is read, matched by the customer's own numbers, references and
barcodes among the articles that their pricelist shows, checked line by line, and put into the
cart; all 500 are found.

Peer: one ``create`` of the same 500 lines on a draft order of the same customer, pricelist and
salesperson. It is the strongest fair peer because it is the least that makes these lines: nothing
is read, looked up or checked.

Both are done as a person with the right to it does them, in turns, in one process and database:
4,000 products, a pricelist of 4,000 rules. Target: at most 1.5.
"""

from bench import databases, documents, harness

ROUNDS = 15

SCRIPT = """
LINES, PRODUCTS = 500, 4000
company.b2b_enabled = True
articles = env["product.product"].create([
    {"name": f"Article {n}", "default_code": f"ART-{n}", "list_price": 20 + n % 50,
     "taxes_id": [Command.set(tax.ids)]}
    for n in range(PRODUCTS)
])
pricelist = env["product.pricelist"].create({"name": "Trade", "item_ids": [
    Command.create({"applied_on": "1_product", "product_tmpl_id": article.product_tmpl_id.id,
                    "compute_price": "fixed", "fixed_price": 10 + number % 30})
    for number, article in enumerate(articles)
]})
customer = env["res.partner"].create({"name": "Quick", "is_company": True, "b2b_state": "active"})
customer.specific_property_product_pricelist = pricelist
person = env["res.partner"].create({"name": "Buyer", "parent_id": customer.id})
buyer = env["res.users"].create({
    "partner_id": person.id, "login": "bench-buyer",
    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
})
member = env["b2b.member"].create(
    {"partner_id": person.id, "user_id": buyer.id, "state": "active", "role": "buyer"}
).with_user(buyer).sudo()
env.cr.commit()
ordered = articles[::PRODUCTS // LINES]
TEXT = "\\n".join(f"{article.default_code};{2 + n % 9}" for n, article in enumerate(ordered))

def ours(number):
    orders = env["sale.order"].with_user(buyer).sudo()
    orders._ensure_b2b_cart(member)._clear_b2b_cart()
    member._save_quick_list([], str(member.quick_version))
    def call():
        member._read_quick_list(text=TEXT)
        member._add_quick_list(member.quick_list, str(member.quick_version))
    def check():
        cart = orders._get_b2b_cart(member)
        assert len(cart.order_line) == LINES, len(cart.order_line)
        assert cart.order_line[0].price_unit == 10, cart.order_line[0].price_unit
    return call, check

def peer(number):
    order = env["sale.order"].create({"partner_id": customer.id, "pricelist_id": pricelist.id})
    values = [
        {"order_id": order.id, "product_id": article.id, "product_uom_qty": 2 + n % 9}
        for n, article in enumerate(ordered)
    ]
    def call():
        env["sale.order.line"].create(values)
    def check():
        assert len(order.order_line) == LINES, len(order.order_line)
        assert order.order_line[0].price_unit == 10, order.order_line[0].price_unit
    return call, check

SIDES = {"ours": ours, "peer": peer}
"""


def run(bench):
    """Yield one row."""
    source = databases.base(bench.settings, "b2b_portal", alone=True)
    with databases.scratch(bench.settings, source=source) as name:
        sides = documents.take_turns(bench.settings, name, SCRIPT, ROUNDS)
        yield harness.row("quick_order", "500", sides["ours"], sides["peer"])
