"""What stands in addresses and forms of routes; imported in Odoo's shell only."""

import base64

from odoo import Command, fields

#: Addresses whose parts mean something else than elsewhere: ``{address: {part: what}}``.
MEANT = {
    "/b2b/approvals/<>": {"order_id": "approval"},
    "/b2b/approvals/<>/approve": {"order_id": "approval"},
    "/b2b/approvals/<>/decline": {"order_id": "approval"},
    "/b2b/approvals/<>/withdraw": {"order_id": "approval"},
    "/b2b/orders/<>/withdraw": {"order_id": "approval"},
    "/b2b/team/<>/again": {"colleague_id": "newcomer"},
    "/b2b/team/<>/change": {"colleague_id": "newcomer"},
    "/b2b/team/<>/revoke": {"colleague_id": "newcomer"},
    "/b2b/invitation/<>": {"token": "invitation"},
    "/consign/<>/link/<>": {"token": "link"},
    "/consign/<>/a/<>": {"barcode": "stock barcode"},
    "/consign/<>/enter/<>": {"article_id": "draft article"},
    "/my/orders/<>": {"order_id": "quotation"},
    "/my/orders/<>/accept": {"order_id": "quotation"},
    "/my/orders/<>/decline": {"order_id": "quotation"},
    "/my/orders/<>/transaction": {"order_id": "quotation"},
    "/my/orders/<>/update_line_dict": {"order_id": "quotation"},
}
#: A picture of one dot.
PICTURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    b"Jggg=="
)


def make_files(env, records, facts):
    """Put a file into each field that stores one; return ``{field: id of the file}`` of links."""
    places = {}
    for fact in facts["files"]:
        record = env[fact["model"]].browse(records[fact["model"]])
        field = record._fields[fact["field"]]
        if not field.store and not field.related:
            continue
        values = {"name": "Rights", "res_model": record._name, "res_id": record.id}
        values |= {"raw": base64.b64decode(PICTURE)}
        if field.type == "many2one" or field.type.endswith("2many"):
            places[f"{record._name}.{field.name}"] = env["ir.attachment"].create(values).id
        elif getattr(field, "attachment", False):
            env["ir.attachment"].create(values | {"res_field": field.name})
    return places


def make(env, users, records, own):
    """Return ``{what: text}``, and for an address whose parts mean something else ``{part: what}``."""
    owner, colleague = users["owner"], users["colleague"]
    members = env["b2b.member"].search([("user_id", "in", (owner | colleague).ids)])
    env["b2b.member"].search([]).last_visit = fields.Datetime.now()  # noted once an hour
    order = env["sale.order"].browse(records["sale.order"])
    article = env["consignment.article"].browse(records["consignment.article"])
    articles = env["consignment.article"].search([("consignor_id", "=", article.consignor_id.id)])
    approval = env["sale.order"].create(
        {
            "partner_id": colleague.partner_id.id,
            "b2b_stage": "approval",
            "b2b_member_id": members.filtered(lambda one: one.user_id == colleague).id,
            "order_line": [
                Command.create(
                    {"product_id": order.order_line.product_id[:1].id, "product_uom_qty": 96}
                )
            ],
        }
    )
    quotation = env["sale.order"].search(
        [
            ("partner_id", "child_of", owner.partner_id.commercial_partner_id.id),
            ("state", "=", "sent"),
        ],
        limit=1,
    )
    newcomer, invitation, link = _make_links(env, owner, article.intake_id.shop_id)
    env.company.b2b_registration = True
    return {
        "approval": approval.id,
        "approval total": approval.amount_total,
        "article barcode": article.barcode,
        "catalogue product": order.order_line.product_id[:1].id,
        "colleague": members.filtered(lambda one: one.user_id == colleague).id,
        "category": article.categ_id.id,
        "draft article": articles.filtered(lambda one: one.state == "draft")[:1].id,
        "stock barcode": articles.filtered(lambda one: one.state == "stock")[:1].barcode,
        "export": own["loyalty.account.export"]["manager_loyalty"],
        "invitation": invitation,
        "labels": own["consignment.label.print"]["user_consignment"],
        "link": link,
        "newcomer": newcomer.id,
        "quotation": quotation.id,
        "shop number": article.intake_id.shop_id.number,
    } | MEANT


def _make_links(env, owner, shop):
    """Return the secrets of an invitation, and of a link to a shop, of people who never were there."""
    contact = env["res.partner"].create(
        {
            "name": "Newcomer",
            "email": "newcomer@rights.example.com",
            "parent_id": owner.partner_id.commercial_partner_id.id,
        }
    )
    member = env["b2b.member"].create({"partner_id": contact.id})
    person = env["res.partner"].create({"name": "Late", "email": "late@rights.example.com"})
    consignor = env["consignment.consignor"].create(
        {"shop_id": shop.id, "last_name": "Late", "partner_id": person.id}
    )
    return (
        member,
        env["b2b.invitation"]._issue(member, "invitation"),
        env["consignment.link"]._issue(consignor),
    )
