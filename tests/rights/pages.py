"""What stands in addresses and forms of routes; imported in Odoo's shell only."""

import base64

from odoo import Command, fields

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
    approvals = {"order_id": "approval"}
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
        "labels": own["consignment.label.print"]["user_consignment"],
        "quotation": quotation.id,
        "shop number": article.intake_id.shop_id.number,
        "/b2b/approvals/<>": approvals,
        "/b2b/approvals/<>/approve": approvals,
        "/b2b/approvals/<>/decline": approvals,
        "/b2b/approvals/<>/withdraw": approvals,
        "/b2b/orders/<>/withdraw": approvals,
        "/consign/<>/a/<>": {"barcode": "stock barcode"},
        "/consign/<>/enter/<>": {"article_id": "draft article"},
        "/my/orders/<>": {"order_id": "quotation"},
        "/my/orders/<>/accept": {"order_id": "quotation"},
        "/my/orders/<>/decline": {"order_id": "quotation"},
        "/my/orders/<>/transaction": {"order_id": "quotation"},
        "/my/orders/<>/update_line_dict": {"order_id": "quotation"},
    }
