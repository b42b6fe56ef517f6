"""The persons of the tables; imported in Odoo's shell only."""

import datetime

from odoo import Command, fields

#: Groups of each app: the lowest of the back office, and the highest.
APPS = {
    "loyalty": ("loyalty_accounts.group_user", "loyalty_accounts.group_admin"),
    "consolidation": (
        "partner_consolidation.group_consolidation",
        "partner_consolidation.group_clearing",
    ),
    "consignment": (
        "consignment_portal.group_consignment_user",
        "consignment_portal.group_consignment_manager",
    ),
    "b2b": ("sales_team.group_sale_salesman", "sales_team.group_sale_manager"),
    "accounting": ("account.group_account_invoice", "accounting_connectors.group_manager"),
}


def make(env, password):
    """Make all persons and keys; return ``({person: user}, {person: key})``.

    The demo's Olga and Carl are owner and colleague: two contacts of one customer.
    """
    company, elsewhere = env.ref("base.main_company"), env.ref("stock.res_company_1")
    users = {"admin": env.ref("base.user_admin")}
    for person, login in (("owner", "olga"), ("colleague", "carl")):
        users[person] = env["res.users"].search([("login", "=", login)])
    groups = {
        "anonymous": (["base.group_public"], company),
        "stranger": (["base.group_portal"], company),
        "staff": (["base.group_user"], company),
    }
    for app, (low, high) in APPS.items():
        groups[f"user_{app}"] = ([low], company)
        groups[f"manager_{app}"] = ([high], company)
        groups[f"other_{app}"] = ([high], elsewhere)
    for person, (names, where) in groups.items():
        users[person] = _make_user(env, person, names, where, password)
    soon = fields.Datetime.now() + datetime.timedelta(days=1)
    keys = {
        person: env["res.users.apikeys"].with_user(user)._generate("rpc", "rights", soon)
        for person, user in users.items()
    }
    families = env["integrator.family"].search([])
    client, keys["integrator"] = (
        env["integrator.client"].with_user(users["admin"])._issue("Rights", company, families, 1)
    )
    users["integrator"] = client.user_id
    return users, keys


def _make_user(env, login, groups, company, password):
    return env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": login,
            "login": login,
            "email": f"{login}@rights.example.com",
            "password": password,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([env.ref(group).id for group in groups])],
        }
    )  # fmt: skip


def make_customers(env, users):
    """Make owner and stranger customers of every app: members, consignors, holders of cards."""
    owner, stranger, company = users["owner"], users["stranger"], env.ref("base.main_company")
    firm = env["res.partner"].create(
        {
            "name": "Stranger Ltd",
            "is_company": True,
            "b2b_state": "active",
            "specific_property_product_pricelist": _make_pricelist(env).id,
        }
    )
    stranger.partner_id.parent_id = firm
    env["b2b.member"].create(
        {
            "partner_id": stranger.partner_id.id,
            "company_id": company.id,
            "user_id": stranger.id,
            "state": "active",
            "role": "administrator",
        }
    )
    nora, anna = (env["res.users"].search([("login", "=", login)]) for login in ("nora", "anna"))
    consignors = env["consignment.consignor"].search([("user_id", "=", nora.id)])
    _hand_over(env, "consignment_consignor", "user_id", nora.id, owner.id)
    _hand_over(env, "consignment_consignor", "partner_id", nora.partner_id.id, owner.partner_id.id)
    _hand_over(env, "loyalty_account", "partner_id", anna.partner_id.id, owner.partner_id.id)
    env.invalidate_all()
    consignor = consignors.filtered("settlement_ids")
    env["consignment.consignor"].create(
        {
            "shop_id": consignor.shop_id.id,
            "last_name": "Stranger",
            "partner_id": stranger.partner_id.id,
            "user_id": stranger.id,
        }
    )
    env["loyalty.account"].create({"name": "Stranger", "partner_id": stranger.partner_id.id})
    return consignor


def _hand_over(env, table, column, old, new):
    """Give rows of the demo to another person; what they were is not asked about here."""
    env.cr.execute(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", (new, old))


def _make_pricelist(env):
    """Return a pricelist that names one product only: the stranger sees none of the owner's."""
    product = env["product.product"].create({"name": "For strangers", "list_price": 1})
    rule = {
        "applied_on": "0_product_variant",
        "product_id": product.id,
        "compute_price": "fixed",
        "fixed_price": 1,
    }
    return env["product.pricelist"].create(
        {"name": "Strangers", "item_ids": [Command.create(rule)]}
    )
