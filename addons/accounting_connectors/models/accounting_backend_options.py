"""What a company chooses: whose number is the legal one, which reference, who sends invoices."""

import re
from decimal import Decimal
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import providers
from ..providers.gate import is_safe_address
from ..rules import references

#: What stands for a document's or customer's ID in the address of its page.
PLACE = "{id}"


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    number_of = fields.Selection(
        [("odoo", "Odoo's"), ("provider", "The provider's")],
        default="odoo",
        required=True,
        string="Legal number",
        help="Whose number is the invoice's. The provider's is printed on invoices once it is known.",
    )
    reference_type = fields.Selection(
        [
            ("none", "None"),
            ("odoo", "As Odoo makes it"),
            ("ocr", "OCR (Sweden)"),
            ("kid10", "KID (Norway), modulus 10"),
            ("kid11", "KID (Norway), modulus 11"),
        ],
        default="odoo",
        required=True,
        string="Payment reference",
        help="What customers quote when they pay; with a check digit from the invoice's number.",
    )
    sender = fields.Selection(
        [("odoo", "Odoo"), ("provider", "The provider")],
        default="odoo",
        required=True,
        string="Invoices are sent by",
        help="Who sends the invoice to the customer; the provider does so as the customer's card there says.",
    )
    keeps_pdf = fields.Boolean(
        string="Attach their PDF",
        help="The invoice as the provider prints it is attached to the invoice here.",
    )
    invoice_page = fields.Char(
        string="Page of an invoice",
        help="Open any invoice there, copy the address, and put {id} where its number stands.",
    )
    customer_page = fields.Char(
        string="Page of a customer",
        help="Open any customer there, copy the address, and put {id} where its ID stands.",
    )
    offers_sending = fields.Boolean(compute="_compute_offers")
    offers_pdf = fields.Boolean(compute="_compute_offers")
    has_taxes = fields.Boolean(compute="_compute_steps")
    has_links = fields.Boolean(compute="_compute_steps")
    has_sent = fields.Boolean(compute="_compute_steps")
    offers_tax_codes = fields.Boolean(compute="_compute_offers_tax_codes")

    @api.depends("tax_map_ids", "link_ids", "export_ids.state")
    def _compute_steps(self):
        domain = [("backend_id", "in", self.ids)]
        done = {
            "has_taxes": ("accounting.tax.map", domain),
            "has_links": ("accounting.partner.link", domain),
            "has_sent": ("accounting.export", [*domain, ("state", "=", "sent")]),
        }
        for name, (model, there) in done.items():
            found = self.env[model]._read_group(there, ["backend_id"])
            ids = {backend.id for (backend,) in found}
            for backend in self:
                backend[name] = backend.id in ids

    @api.depends("provider")
    def _compute_offers_tax_codes(self):
        for backend in self:
            backend.offers_tax_codes = bool(
                backend.provider and backend._connect().propose_tax_code(Decimal(25))
            )

    @api.depends("provider")
    def _compute_offers(self):
        for backend in self:
            provider = backend.provider and providers.get(backend.provider)
            backend.offers_sending = bool(provider and provider.sending)
            backend.offers_pdf = bool(provider and provider.prints)

    @api.constrains("provider", "sender", "keeps_pdf")
    def _check_offers(self):
        for backend in self:
            if backend.sender == "provider" and not backend.offers_sending:
                raise ValidationError(
                    self.env._("%s sends no invoices; let Odoo send them.", backend.name)
                )
            if backend.keeps_pdf and not backend.offers_pdf:
                raise ValidationError(self.env._("%s gives out no PDF.", backend.name))

    @api.constrains("invoice_page", "customer_page")
    def _check_pages(self):
        for backend in self:
            for page in filter(None, (backend.invoice_page, backend.customer_page)):
                # only the part before the query: pages have one, addresses for calls do not
                if page.count(PLACE) != 1 or not is_safe_address(re.split("[?#]", page)[0]):
                    raise ValidationError(
                        self.env._(
                            "%s cannot be used: an address begins with https:// and has {id} once, "
                            "in the place of the number.",
                            page,
                        )
                    )

    def _fill_page(self, page, external_id):
        """Return the address of a page there for a person with a login, ``""`` when unknown.

        :param page: with ``{id}`` in the place of the ID
        """
        return page.replace(PLACE, quote(external_id, safe="")) if page and external_id else ""

    def _make_reference(self, move):
        """Return the payment reference of an invoice, or None where Odoo makes it."""
        if self.reference_type in ("none", "odoo"):
            return None
        return references.make(self.reference_type, move.name)

    def _get_reference(self, move):
        """Return what is sent as the payment reference: what is printed, if it is one."""
        printed = move.payment_reference or ""
        if self.reference_type == "odoo":
            return printed
        is_one = self.reference_type != "none" and references.is_valid(self.reference_type, printed)
        return printed if is_one else ""

    def action_propose_taxes(self):
        """Button: give taxes without a code the one that the provider offers for their percent."""
        self.ensure_one()
        self.check_access("write")
        provider = self._connect()
        taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("id", "not in", self.tax_map_ids.tax_id.ids),
            ]
        )
        proposed = {tax: provider.propose_tax_code(Decimal(str(tax.amount))) for tax in taxes}
        created = self.env["accounting.tax.map"].create(
            [
                {"backend_id": self.id, "tax_id": tax.id, "code": code}
                for tax, code in proposed.items()
                if code
            ]
        )
        if not created:
            raise UserError(
                self.env._("Nothing to propose: fill in the codes as %s shows them.", provider.name)
            )
        left = ", ".join((taxes - created.tax_id).mapped("name"))
        done = self.env._("%s codes were filled in; look whether they are right.", len(created))
        still = left and self.env._("These have none yet: %s.", left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": f"{done} {still}".strip(),
                "sticky": bool(left),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
