import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import ProviderError


class AccountingPreview(models.TransientModel):
    """Shows exactly what will be sent of invoices, and what has to be mended first."""

    _name = "accounting.preview"
    _description = "Preview of what is sent to an accounting provider"

    backend_id = fields.Many2one(
        "accounting.backend",
        compute="_compute_backend_id",
        store=True,
        readonly=False,
        domain="[('company_id', 'in', allowed_company_ids)]",
        help="Where the invoices go.",
    )
    move_ids = fields.Many2many("account.move", readonly=True, string="Invoices")
    line_ids = fields.One2many("accounting.preview.line", "wizard_id")
    sender = fields.Selection(related="backend_id.sender")
    ready_count = fields.Integer(compute="_compute_counts", string="Ready to send")
    problem_count = fields.Integer(compute="_compute_counts", string="To mend first")
    done_count = fields.Integer(compute="_compute_counts", string="Sent or queued before")

    @api.depends("move_ids")
    def _compute_backend_id(self):
        for wizard in self:
            company = wizard.move_ids.company_id[:1] or self.env.company
            wizard.backend_id = self.env["accounting.backend"].search(
                [("company_id", "=", company.id)], limit=1
            )

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            wizard.ready_count = states.count("ready")
            wizard.problem_count = states.count("problem")
            wizard.done_count = states.count("done")

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what will be sent is worked out at once."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._fill()
        return wizards

    def write(self, vals):
        """Override: another backend, another text."""
        result = super().write(vals)
        if "backend_id" in vals:
            for wizard in self:
                wizard._fill()
        return result

    def _fill(self):
        self.line_ids.unlink()
        if not self.backend_id:
            return
        self.move_ids.check_access("read")
        # one for all: it asks for what the provider knows by an ID, such as VAT types, once
        provider = self.backend_id._connect()
        self.line_ids = [
            fields.Command.create({"move_id": move.id, **self._describe(move, provider)})
            for move in self.move_ids
        ]

    def _describe(self, move, provider):
        """Return state, problems and text of one invoice; nothing is kept or sent."""
        known = move.accounting_export_ids.filtered(
            lambda export: export.backend_id == self.backend_id
        )
        if known and known.state != "failed":
            return {"state": "done", "problems": known._describe_state()}
        # Superuser: the text is built from the invoice the user may read, by the backend's codes.
        draft = known.sudo() or self.env["accounting.export"].sudo().new(
            {"backend_id": self.backend_id.id, "move_id": move.id}
        )
        try:
            document = draft._build()
            rendered = provider.render(document)
        except (UserError, ProviderError) as error:
            return {"state": "problem", "problems": str(error.args[0])}
        return {
            "state": "ready",
            "text": json.dumps(rendered, indent=1, ensure_ascii=False),
            "row_ids": [fields.Command.create(_describe_row(row)) for row in document.rows],
        }

    def action_export(self):
        """Queue what is ready; what has problems stays here."""
        self.ensure_one()
        moves = self.line_ids.filtered(lambda line: line.state == "ready").move_id
        if not moves:
            raise UserError(self.env._("Nothing is ready: mend what is listed first."))
        moves._check_may_export()
        moves._export_to(self.backend_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s queued. “Exports” shows what becomes of it.", len(moves)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


def _describe_row(row):
    """Return the values of a preview's row.

    :param row: a :class:`rules.document.Row`
    """
    return {
        "number": row.number,
        "description": row.description,
        "quantity": str(row.quantity.normalize()),
        "unit_price": str(row.unit_price),
        "discount": str(row.discount.normalize()) if row.discount else "",
        "account": row.account,
        "tax_code": row.tax_code,
        "net": str(row.net),
        "gross": str(row.gross),
    }
