"""A shop of any size for the B2B cases: products, stock, a pricelist of 4,000 rules, a customer."""

import psycopg2

from suite import database

RULES = 4_000
CATEGORIES = 40
LOGIN, PASSWORD = "trader", "bench-only-on-loopback"
SEARCHED = "Bench 4"
#: Products that a page shows at the least.
SHOWN = 20
#: Attributes to filter by, with one value on each product, and values of each.
ATTRIBUTES, VALUES = 2, 20

#: One product, made by Odoo, is copied with all its columns.
COPIES = {
    "product_template": (
        "name = jsonb_build_object('en_US', 'Bench ' || n)",
        "categ_id = ({categories})[1 + n %% {count}]",
        "list_price = 5 + n %% 100",
    ),
    "product_product": ("default_code = 'B' || n", "product_tmpl_id = {first} + n"),
}

CUSTOMER = """
from odoo import Command
company = env.company
company.b2b_enabled = True
company.b2b_availability = "quantity"
categories = env["product.category"].create([{"name": f"Category {n}"} for n in range(COUNT)])
product = env["product.product"].create({
    "name": "Bench 0", "default_code": "B0", "list_price": 5, "is_storable": True,
    "categ_id": categories[0].id,
})
if "is_published" in product:
    product.is_published = True
attributes = env["product.attribute"].create([{
    "name": f"Attribute {n}", "create_variant": "no_variant",
    "value_ids": [Command.create({"name": f"Value {n}-{m}"}) for m in range(VALUES)],
} for n in range(ATTRIBUTES)])
pricelist = env["product.pricelist"].create({"name": "Trade"})
env["product.pricelist.item"].create({
    "pricelist_id": pricelist.id, "applied_on": "1_product", "compute_price": "percentage",
    "percent_price": 10, "product_tmpl_id": product.product_tmpl_id.id,
})
customer = env["res.partner"].create(
    {"name": "Bench trader", "is_company": True, "b2b_state": "active"}
)
customer.specific_property_product_pricelist = pricelist
user = env["res.users"].create({
    "name": "Trader", "login": LOGIN, "password": PASSWORD,
    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
})
user.partner_id.parent_id = customer
env["b2b.member"].create(
    {"partner_id": user.partner_id.id, "user_id": user.id, "state": "active"}
)
location = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).lot_stock_id
env["stock.quant"]._update_available_quantity(product, location, 5)
env.cr.commit()
print(MARK + __import__("json").dumps({
    "product": product.id, "template": product.product_tmpl_id.id,
    "categories": categories.ids, "pricelist": pricelist.id,
    "attributes": {attribute.id: attribute.value_ids.ids for attribute in attributes},
}))
"""


def fill(settings, name, products, run_script, mark):
    """Fill a database with so many products, a pricelist and a portal user.

    :param run_script: runs a script in Odoo's shell and returns what it prints after the mark
    """
    given = {"COUNT": CATEGORIES, "LOGIN": LOGIN, "PASSWORD": PASSWORD, "MARK": mark}
    given |= {"ATTRIBUTES": ATTRIBUTES, "VALUES": VALUES}
    values = "".join(f"{key} = {value!r}\n" for key, value in given.items())
    made = run_script(settings, name, values + CUSTOMER)
    with psycopg2.connect(database.dsn(settings, name)) as connection:
        with connection.cursor() as cursor:
            _copy_products(cursor, made, products)
            _copy_rules(cursor, made, products)
            cursor.execute("ANALYZE")
    connection.close()


def _copy_products(cursor, made, products):
    first = _copy(cursor, "product_template", made["template"], products, made)
    _copy(cursor, "product_product", made["product"], products, made | {"first": first})
    for attribute, values in made["attributes"].items():
        _describe_products(cursor, made["template"], int(attribute), values)
    cursor.execute(
        "INSERT INTO stock_quant (product_id, company_id, location_id, quantity,"
        " reserved_quantity, in_date)"
        " SELECT p.id, q.company_id, q.location_id, 1 + p.id %% 7, 0, now()"
        " FROM product_product p, stock_quant q"
        " WHERE p.id > %s AND p.id %% 2 = 0 AND q.product_id = %s AND q.quantity > 0",
        (made["product"], made["product"]),
    )


def _describe_products(cursor, template, attribute, values):
    """Give each product one value of an attribute, as brands and materials are."""
    cursor.execute(
        "INSERT INTO product_template_attribute_line"
        " (product_tmpl_id, attribute_id, active, value_count, sequence)"
        " SELECT id, %s, true, 1, 10 FROM product_template WHERE id >= %s RETURNING id",
        (attribute, template),
    )
    chosen = "(%s)[1 + line.product_tmpl_id %% %s]"
    lines = "FROM product_template_attribute_line line WHERE attribute_id = %s"
    parameters = (values, len(values), attribute)
    cursor.execute(
        "INSERT INTO product_attribute_value_product_template_attribute_line_rel"
        f" (product_template_attribute_line_id, product_attribute_value_id) SELECT id, {chosen} {lines}",
        parameters,
    )
    cursor.execute(
        "INSERT INTO product_template_attribute_value (attribute_line_id, product_tmpl_id,"
        " attribute_id, ptav_active, product_attribute_value_id, price_extra)"
        f" SELECT id, product_tmpl_id, attribute_id, true, {chosen}, 0 {lines}",
        parameters,
    )


def _copy_rules(cursor, made, products):
    """Half of the rules name products, a quarter variants; a tenth is over, a tenth has a break."""
    columns = _columns(cursor, "product_pricelist_item")
    cursor.execute(
        f"""
        INSERT INTO product_pricelist_item ({", ".join(columns)}, applied_on, product_tmpl_id,
            product_id, min_quantity, percent_price, date_end)
        SELECT {", ".join(f"r.{column}" for column in columns)},
               CASE WHEN n %% 4 = 0 THEN '0_product_variant' ELSE '1_product' END,
               p.product_tmpl_id,
               CASE WHEN n %% 4 = 0 THEN p.id END,
               CASE WHEN n %% 10 = 0 THEN 10 ELSE 0 END,
               n %% 30,
               CASE WHEN n %% 10 = 1 THEN now() - interval '1 day' END
          FROM generate_series(1, %s) n
          JOIN product_product p ON p.default_code = 'B' || ((n * 7919) %% %s)
          JOIN product_pricelist_item r ON r.pricelist_id = %s AND r.product_tmpl_id = %s
        """,
        (RULES - 1, products, made["pricelist"], made["template"]),
    )


def _columns(cursor, table):
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name NOT IN ('id', 'applied_on', 'product_tmpl_id', 'product_id',"
        " 'min_quantity', 'percent_price', 'date_end', 'combination_indices')",
        (table,),
    )
    return [column for (column,) in cursor.fetchall()]


def _copy(cursor, table, source, count, made):
    """Copy a row ``count`` times; return the id to which n is added for the n-th copy."""
    changes = dict(change.split(" = ", 1) for change in COPIES[table])
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> 'id'",
        (table,),
    )
    columns = [column for (column,) in cursor.fetchall()]
    values = [changes.get(column, f"t.{column}") for column in columns]
    array = f"ARRAY[{','.join(map(str, made['categories']))}]"
    text = ", ".join(values).format(
        categories=array, count=len(made["categories"]), first=made.get("first", 0)
    )
    cursor.execute(f"SELECT nextval('{table}_id_seq')")
    (first,) = cursor.fetchone()
    cursor.execute(
        f"INSERT INTO {table} (id, {', '.join(columns)})"
        f" SELECT %s + n, {text} FROM {table} t, generate_series(1, %s) n WHERE t.id = %s",
        (first, count - 1, source),
    )
    cursor.execute(f"SELECT setval('{table}_id_seq', %s)", (first + count,))
    return first
