"""Accepting 200 articles, beside creating 200 products and one native receipt of them.

Ours: "Accept all" of a submitted intake: 200 products with own barcodes and prices, one receipt
that is done, each piece owned by the consignor, and 200 articles with terms and return dates.

Peer: one ``create`` of 200 storable products with barcodes and prices, and one receipt of them by
core: created, confirmed, done, with the same owner. It is the strongest fair peer because both
end with the same products and stock; nothing is known of articles, terms or dates.

Both are done by an administrator, in turns, in one process and database. Target: at most 1.3.
"""

from bench import consignment, databases, documents, harness

ROUNDS = 15

SCRIPT = (
    consignment.SHOP
    + """
COUNT = 200
warehouse = shop.warehouse_id
supplier = env.ref("stock.stock_location_suppliers")

def stock_of(products):
    quants = env["stock.quant"].search(
        [("product_id", "in", products.ids), ("location_id", "=", warehouse.lot_stock_id.id)]
    )
    return len(quants), sum(quants.mapped("quantity")), quants.owner_id

EXPECTED = (COUNT, COUNT, consignor.partner_id)

def ours(number):
    intake = create_intake(COUNT)
    def check():
        assert stock_of(intake.article_ids.product_id) == EXPECTED
        assert set(intake.article_ids.mapped("state")) == {"stock"}
    return intake.action_accept, check

def peer(number):
    made = []
    def call():
        products = env["product.product"].create([
            {"name": f"Article {n}", "list_price": 5 + n, "type": "consu", "is_storable": True,
             "barcode": f"PEER{number:04}{n:04}", "default_code": f"PEER{number:04}{n:04}",
             "categ_id": category.id, "taxes_id": [], "supplier_taxes_id": []}
            for n in range(COUNT)
        ])
        picking = env["stock.picking"].create({
            "picking_type_id": warehouse.in_type_id.id, "partner_id": consignor.partner_id.id,
            "owner_id": consignor.partner_id.id, "location_id": supplier.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "move_ids": [Command.create({
                "product_id": product.id, "product_uom_qty": 1, "product_uom": product.uom_id.id,
                "quantity": 1, "location_id": supplier.id,
                "location_dest_id": warehouse.lot_stock_id.id,
            }) for product in products],
        })
        picking.action_confirm()
        picking.move_ids.write({"picked": True})
        picking._action_done()
        made.append(products)
    def check():
        assert stock_of(made[0]) == EXPECTED
    return call, check

SIDES = {"ours": ours, "peer": peer}
"""
)


def run(bench):
    """Yield one row."""
    source = databases.base(bench.settings, "consignment_portal", alone=True)
    with databases.scratch(bench.settings, source=source) as name:
        sides = documents.take_turns(bench.settings, name, SCRIPT, ROUNDS)
        yield harness.row("intake", "200", sides["ours"], sides["peer"])
