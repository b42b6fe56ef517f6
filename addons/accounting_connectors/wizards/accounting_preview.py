import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import ProviderError

CENT = Decimal("0.01")


class AccountingPreview(models.TransientModel):
    """Shows exactly what will be sent of invoices, and what has to be mended first."""

    _name = "accounting.preview"
    _description = "Preview of what is sent to an accounting provider"

    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    backend_id = fields.Many2one(
        "accounting.backend",
        compute="_compute_backend_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
        help="Where the invoices go.",
    )
    sender = fields.Selection(related="backend_id.sender")
    backend_state = fields.Selection(related="backend_id.state")
    shown_backend_id = fields.Many2one(
        "accounting.backend", readonly=True, help="For which the invoices were looked at."
    )
    is_stale = fields.Boolean(compute="_compute_is_stale")
    move_ids = fields.Many2many("account.move", readonly=True, string="Invoices")
    line_ids = fields.One2many("accounting.preview.line", "wizard_id", string="Invoice")
    ready_count = fields.Integer(compute="_compute_counts", string="Ready to send")
    problem_count = fields.Integer(compute="_compute_counts", string="To fix first")
    done_count = fields.Integer(compute="_compute_counts", string="Sent or queued before")

    @api.depends("move_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.move_ids.company_id[:1] or self.env.company

    @api.depends("move_ids")
    def _compute_backend_id(self):
        for wizard in self:
            backends = self.env["accounting.backend"].search(
                [("company_id", "=", wizard.company_id.id)]
            )
            connected = backends.filtered(lambda backend: backend.state == "connected")
            wizard.backend_id = (connected or backends)[:1]

    @api.depends("backend_id", "shown_backend_id")
    def _compute_is_stale(self):
        for wizard in self:
            wizard.is_stale = wizard.backend_id != wizard.shown_backend_id

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            wizard.ready_count = states.count("ready")
            wizard.problem_count = states.count("problem")
            wizard.done_count = states.count("done")

    @api.depends("backend_id")
    def _compute_display_name(self):
        """Override: for the breadcrumbs."""
        self.display_name = self.env._("Preview")

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what will be sent is worked out at once."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._fill()
        return wizards

    def _fill(self):
        self.line_ids.unlink()
        self.shown_backend_id = self.backend_id
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
            **_describe_header(document),
            "row_ids": [fields.Command.create(_describe_row(row)) for row in document.rows],
        }

    def action_check(self):
        """Button: look again, after something was mended or another backend was chosen."""
        self.ensure_one()
        self._fill()
        return True

    def action_export(self):
        """Button: queue what is ready, and show what becomes of it; what has problems stays here.

        :raise UserError: nothing is ready, or another backend was chosen than was looked at
        """
        self.ensure_one()
        if self.is_stale:
            raise UserError(
                self.env._("Press Check Again first: this is not yet for %s.", self.backend_id.name)
            )
        moves = self.line_ids.filtered(lambda line: line.state == "ready").move_id
        if not moves:
            raise UserError(self.env._("Nothing is ready: fix what is listed first."))
        moves._check_may_export()
        moves._export_to(self.backend_id)
        self._fill()
        shown = self.backend_id._show("accounting_export_action")
        return {**shown, "domain": [*shown["domain"], ("move_id", "in", moves.ids)]}


def _describe_header(document):
    """Return the values of a preview's line.

    :param document: a :class:`rules.document.Document`
    """
    return {
        "date": document.date,
        "due_date": document.due_date,
        "reference": document.reference,
        "net": f"{document.net} {document.currency}",
        "tax": f"{document.tax} {document.currency}",
        "total": f"{document.total} {document.currency}",
    }


def _show_price(price):
    """Return a price with all its decimals, and two at least."""
    return str(price.quantize(CENT) if price == price.quantize(CENT) else price)


def _describe_row(row):
    """Return the values of a preview's row.

    :param row: a :class:`rules.document.Row`
    """
    return {
        "number": row.number,
        "description": row.description,
        "quantity": f"{row.quantity.normalize():f}",
        "unit_price": _show_price(row.unit_price),
        "discount": f"{row.discount.normalize():f}" if row.discount else "",
        "account": row.account,
        "tax_code": row.tax_code,
        "net": str(row.net),
        "gross": str(row.gross),
    }
