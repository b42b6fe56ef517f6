from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError


class AccountingTaxCode(models.TransientModel):
    """Asks for the code that a tax has at the provider."""

    _name = "accounting.tax.code"
    _description = "Code of a tax at an accounting provider"
    _inherit = ["accounting.mend"]

    backend_id = fields.Many2one("accounting.backend", required=True, readonly=True)
    tax_id = fields.Many2one("account.tax", required=True, readonly=True)
    code = fields.Char(required=True, help="As the provider shows it in its list of VAT codes.")

    @api.model
    def _open(self, backend, tax, **origin):
        """Return the dialogue for a tax, its usual code filled in.

        :param origin: ``export_id`` or ``preview_id``, to go on with
        :raise AccessError: the user may not give codes
        """
        if not self.env["accounting.tax.map"].has_access("create"):
            raise AccessError(
                self.env._(
                    "The tax “%(tax)s” has no code of %(backend)s yet. Ask somebody who may "
                    "“Connect accounting providers” to give it one.",
                    tax=tax.name,
                    backend=backend.name,
                )
            )
        usual = backend._connect().propose_tax_code(Decimal(str(tax.amount)))
        values = {"backend_id": backend.id, "tax_id": tax.id, "code": usual, **origin}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Code at %s", backend.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_save(self):
        """Button: keep the code, and go on with what waited for it."""
        self.ensure_one()
        self.env["accounting.tax.map"].create(
            {"backend_id": self.backend_id.id, "tax_id": self.tax_id.id, "code": self.code}
        )
        return self._go_on()
