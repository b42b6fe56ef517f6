"""A record of each model, and values that can be written and created; imported in Odoo's shell only.

Records belong to the owner of ``people.py``, or to the company at which the owner is a customer.
"""

import base64
import datetime

from rows import Rows

from odoo import Command
from odoo.tools import SQL

SIMPLE = {
    "boolean", "char", "date", "float", "integer", "many2one", "monetary", "selection", "text",
}  # fmt: skip
#: Field that is written with the value it has, where the first ordinary one is not everybody's;
#: none: nothing is written, the right to write is all that is asked for.
WRITES = {
    "consignment.intake": None,
    "loyalty.account": "name",
    "sale.order": "client_order_ref",
}
#: What persons have answered in their dialogues, so that it is the rights that a button comes to.
ANSWERS = {
    "accounting.link": {"external_id": "999", "search_name": "New"},
    "accounting.preview.line": {"state": "ready"},
    "b2b.refusal": {"reason": "Sent already"},
    "consignment.label.print": {"start": 1},
    "consignment.rejection": {"reason": "Torn"},
    "loyalty.account.anonymise": {"confirmed": True, "reason": "Asked for"},
    "loyalty.account.delete": {"archive_kept": True},
    "loyalty.account.pin": {"pin": "4071", "pin_again": "4071"},
    "loyalty.account.transfer": {"amount": 1},
}


def make(env, users, consignor, facts):
    """Return ``(records, own, about, values)``.

    ``records``: ``{model: id}``; ``own``: ``{model: {person: id}}`` of dialogues that each person
    has opened; ``about``: ``{model: [fields]}``, the lists of records that these are about;
    ``values``: ``{model: {"write": values, "create": values}}``.
    """
    # Dialogues with mails in them name the address that is known now; a login must not change it.
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    chosen = _choose(env, users, consignor)
    rows = Rows(env, {record._name: record.id for record in chosen if record})
    kinds = {fact["model"]: fact["kind"] for fact in facts["models"]}
    for name, kind in kinds.items():
        if kind != "abstract":
            rows.of(name)
    own = {
        name: {person: rows.insert(name, create_uid=user.id) for person, user in users.items()}
        for name, kind in kinds.items()
        if kind == "transient"
    }
    about = _fill_dialogues(env, rows, own, _choose_subjects(env, users, rows))
    _join_dialogues(env, own)  # last: other dialogues let go of their lines when they are written
    card, order = rows.of("loyalty.account"), rows.of("sale.order")
    env.cr.execute("UPDATE sale_order SET loyalty_account_id = %s WHERE id = %s", (card, order))
    env.invalidate_all()
    given = _create_values(env, users, rows)
    values = {
        name: {
            "write": _same_value(env[name].browse(number)),
            "create": given.get(name) or _like(env[name].browse(number)),
        }
        for name, number in rows.records.items()
        if name in kinds
    }
    return rows.records, own, about, values


def _join_dialogues(env, own):
    """Let lines of dialogues be of those that the same person has opened."""
    for name, lines in own.items():
        for field in env[name]._fields.values():
            if field.type == "many2one" and field.store and field.comodel_name in own:
                for person, line in lines.items():
                    env[name].browse(line).sudo()[field.name] = own[field.comodel_name][person]
    env.flush_all()


def _choose_subjects(env, users, rows):
    """Return ``{dialogue: {field: value}}``: what it is about, where that is not the owner's record."""
    firm = users["owner"].partner_id.commercial_partner_id
    newcomer = env["res.partner"].create(
        {"name": "Invited", "email": "invited@rights.example.com", "parent_id": firm.id}
    )
    other_card = env["loyalty.account"].create({"name": "Another card", "company_id": 1})
    articles = env["consignment.consignor"].browse(rows.of("consignment.consignor")).article_ids
    item = rows.of("consolidation.item")
    disputed = env["consolidation.item"].search([("id", "!=", item)], limit=1).id
    env.cr.execute(
        "UPDATE consolidation_item SET disputed = true, disputed_by_id = 1 WHERE id = %s",
        (disputed,),
    )
    link = env["accounting.partner.link"].browse(rows.of("accounting.partner.link"))
    tax = env["account.tax"].search([("company_id", "=", 1)], limit=3)[2]
    return {
        "accounting.link": {"backend_id": link.backend_id.id, "partner_id": link.partner_id.id},
        "accounting.preview": {"shown_backend_id": rows.of("accounting.backend")},
        "accounting.tax.code": {"tax_id": tax.id},
        "b2b.invitation.send": {"customer_id": firm.id, "contact_ids": newcomer.id},
        "b2b.refusal": {"request": f"sale.order,{rows.of('sale.order')}"},
        "consignment.label.print": {
            "article_ids": articles.filtered(lambda one: one.state == "stock")[:1].id
        },
        "consignment.rejection": {
            "article_ids": articles.filtered(lambda one: one.state == "submitted")[:1].id
        },
        "consolidation.dispute.release": {"item_ids": disputed},
        "loyalty.account.merge": {"target_id": other_card.id},
        "loyalty.account.transfer": {"target_id": other_card.id},
    }


def _fill_dialogues(env, rows, own, subjects):
    """Let each dialogue be about records, and answered; return ``{model: [fields with lists]}``."""
    about = {}
    for name, numbers in own.items():
        dialogues = env[name].browse(numbers.values()).sudo()
        subject = subjects.get(name, {})
        lists = [field for field in env[name]._fields.values() if _is_list(field)]
        for field in lists:
            record = subject.get(field.name) or rows.of(field.comodel_name)
            _put(dialogues, field, record)
        names = {field.name for field in lists}
        one_by_one = {key: value for key, value in subject.items() if key not in names}
        for dialogue in dialogues:
            dialogue.write(one_by_one | ANSWERS.get(name, {}))
        about[name] = sorted(names)
    env.flush_all()
    return {name: names for name, names in about.items() if names}


def _is_list(field):
    return field.type == "many2many" and field.store and not field.compute


def _put(dialogues, field, record):
    """Put a record into a list; by SQL, as some dialogues let nobody change what they are about."""
    for dialogue in dialogues:
        dialogue.env.execute_query(
            SQL(
                "INSERT INTO %s (%s, %s) VALUES (%s, %s) RETURNING 1",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                dialogue.id,
                record,
            )
        )
    dialogues.invalidate_recordset([field.name], flush=False)
    dialogues.modified([field.name])


def _choose(env, users, consignor):
    """Return the owner's records of the demo."""
    partner, company = users["owner"].partner_id, env.ref("base.main_company")
    firm = partner.commercial_partner_id
    orders = env["sale.order"].search(
        [("partner_id", "child_of", firm.id), ("state", "=", "sale"), ("invoice_ids", "!=", False)]
    )
    order = orders.filtered(lambda one: one.picking_ids.filtered(lambda two: two.state == "done"))
    order = order[:1]
    picking = order.picking_ids.filtered(lambda one: one.state == "done")[:1]
    picking.partner_id = partner  # core shows a shipment to the very contact it goes to
    card = env["loyalty.account"].search(
        [("partner_id", "=", partner.id)], order="balance desc", limit=1
    )
    pricelist = firm.specific_property_product_pricelist
    settlement = consignor.settlement_ids[:1]
    side = ["|", ("sender_id", "=", company.id), ("accepter_id", "=", company.id)]
    agreement = env["consolidation.agreement"].search([*side, ("terms_id", "!=", False)], limit=1)
    return [
        company, partner, order, order.order_line[:1], picking, order.invoice_ids[:1],
        order.invoice_ids.invoice_line_ids[:1], *_make_product(env, pricelist), pricelist,
        pricelist.item_ids[:1], card, card.move_ids[:1], card.lot_ids[:1], card.number_ids[:1],
        card.move_ids.allocation_ids[:1], consignor, consignor.shop_id, settlement,
        settlement.line_ids[:1], consignor.article_ids[:1], consignor.article_ids.intake_id[:1],
        env["b2b.member"].search([("user_id", "=", users["owner"].id)]),
        env["accounting.backend"].search([("company_id", "=", company.id)], limit=1),
        agreement, agreement.terms_id,
        env["b2b.offer"].create(_offer_values(firm, order.order_line.product_id[:1])),
        env["integrator.webhook"].create(
            {"client_id": env["integrator.client"].search([], limit=1).id,
             "url": "https://shop.example/events"}
        ),
    ]  # fmt: skip


def _make_product(env, pricelist):
    """Return a published product that the owner's pricelist names, with all that hangs on it."""
    attribute = env["product.attribute"].search([("create_variant", "=", "always")], limit=1)
    line = {
        "attribute_id": attribute.id,
        "value_ids": [Command.set(attribute.value_ids[:2].ids)],
    }
    template = env["product.template"].create(
        {"name": "For the owner", "attribute_line_ids": [Command.create(line)]}
    )
    template.is_published = True
    image = env["product.image"].create({"name": "New", "product_tmpl_id": template.id})
    pricelist.item_ids = [
        Command.create(
            {
                "applied_on": "1_product",
                "product_tmpl_id": template.id,
                "compute_price": "fixed",
                "fixed_price": 1,
            }
        )
    ]
    lines = template.attribute_line_ids
    return (
        template, template.product_variant_ids[:1], image, lines,
        lines.product_template_value_ids[:1],
    )  # fmt: skip


def _offer_values(firm, product):
    return {
        "name": "For the owner",
        "b2b_customer_ids": [Command.set(firm.ids)],
        "product_id": product.id,
        "price": 1,
    }


def _create_values(env, users, rows):
    """Return ``{model: values}`` where another record may not be like the one there is."""
    of = rows.of
    firm = users["owner"].partner_id.commercial_partner_id
    product = env["product.product"].browse(of("product.product"))
    contact = env["res.partner"].create({"name": "New contact", "parent_id": firm.id})
    lone = env["res.partner"].create({"name": "New consignor", "email": "new@rights.example.com"})
    account = env["account.account"].search([("company_ids", "in", 1)], limit=3)[2]
    tax = env["account.tax"].search([("company_id", "=", 1)], limit=3)[2]
    backend = {"backend_id": of("accounting.backend")}
    category = env["consignment.article"].browse(of("consignment.article")).categ_id
    file = base64.b64encode(b"Number,Name\n,New\n").decode()
    return {
        "account.journal": {"name": "New", "code": "RIGHT", "type": "general", "company_id": 1},
        "account.move": {"move_type": "out_invoice", "partner_id": firm.id, "company_id": 1},
        "account.move.line": {"move_id": of("account.move"), "name": "New"},
        "accounting.account.map": backend | {"account_id": account.id, "code": "3999"},
        "accounting.backend": {"name": "New", "provider": "fortnox", "company_id": 1},
        "accounting.tax.map": backend | {"tax_id": tax.id, "code": "9"},
        "accounting.partner.link": backend | {"partner_id": lone.id, "external_id": "999"},
        "b2b.article.number": {
            "customer_id": firm.id, "number": "RIGHTS-1", "product_id": product.id,
        },
        "b2b.member": {"partner_id": contact.id, "company_id": 1},
        "b2b.offer": _offer_values(firm, product) | {"company_id": 1},
        "b2b.refusal": {"request": f"sale.order,{of('sale.order')}"},
        "consignment.article": {
            "intake_id": of("consignment.intake"), "name": "New", "price": 9,
            "categ_id": category.id,
        },
        "consignment.consignor": {"shop_id": of("consignment.shop"), "last_name": "New"},
        "consignment.intake": {"consignor_id": of("consignment.consignor")},
        "consignment.markdown": {"shop_id": of("consignment.shop"), "days": 77, "percent": 5},
        "consignment.shop": {"number": "30099", "name": "New", "company_id": 1},
        "consolidation.clearing": {"date_to": "2026-01-31"},
        "consolidation.simulation": {"name": "New", "company_id": 1, "months": 1},
        "integrator.webhook": {
            "client_id": of("integrator.client"), "url": "https://shop.example/more",
        },
        "loyalty.account": {"name": "New", "partner_id": firm.id, "company_id": 1},
        "loyalty.account.import": {"company_id": 1, "file": file, "file_name": "new.csv"},
        "product.product": {"name": "New"},
    }  # fmt: skip


def _same_value(record):
    """Return ``{field: its value}`` of an ordinary field, to be written again."""
    fields = record._fields
    if record._name in WRITES:
        fields = {name: fields[name] for name in [WRITES[record._name]] if name}
    for field in fields.values():
        if _is_ordinary(field) and not field.compute:
            return {field.name: _plain(record, field)}
    return {}


def _like(record):
    """Return values for another record like this one."""
    return {
        field.name: _plain(record, field)
        for field in record._fields.values()
        if ((_is_ordinary(field) and not field.compute) or (field.required and field.store))
        and field.type in SIMPLE
        and record[field.name]
    }


def _is_ordinary(field):
    special = field.readonly or field.related or field.groups or field.company_dependent
    return field.store and field.type in SIMPLE and not special


def _plain(record, field):
    value = record[field.name]
    if field.type == "many2one":
        return value.id
    return str(value) if isinstance(value, datetime.date) else value
