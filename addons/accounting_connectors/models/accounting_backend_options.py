"""What a company chooses: whose number is the legal one, which reference customers quote."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import references


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
        return True
