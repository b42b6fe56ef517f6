from odoo import api, fields, models

from ..const import COLOURS, STATUSES


class B2bStatus(models.Model):
    """What customers read about the state of their orders: a row for each state and company."""

    _name = "b2b.status"
    _description = "Order status in the B2B portal"
    _order = "sequence, id"

    key = fields.Selection(
        selection=[(key, name) for key, name, *_rest in STATUSES],
        string="State of the order",
        required=True,
        readonly=True,
        help="Found by itself from the order, its deliveries, productions and invoices.",
    )
    name = fields.Char(
        string="Label for customers",
        required=True,
        translate=True,
        help="What customers read. Changes show at once, on open orders, too.",
    )
    visible = fields.Boolean(
        string="Shown to customers",
        default=True,
        help="Off: orders in this state are not shown, neither in lists nor by link.",
    )
    colour = fields.Selection(
        selection=COLOURS,
        default="info",
        required=True,
        help="Colour of the badge; the shop's theme says how exactly it looks.",
    )
    sequence = fields.Integer(default=10, help="Order in the filter of the customer's list.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="The company whose customers read it.",
    )

    _key_unique = models.UniqueIndex(
        "(company_id, key)", "This state has a row already; change that one."
    )

    @api.model
    def _create_missing(self, companies=None):
        """Give companies (all, when none are named) the rows they lack, in every language."""
        # Superuser: whoever creates a company gets its table with it.
        statuses = self.sudo()
        for company in companies or self.env["res.company"].sudo().search([]):
            known = statuses.search([("company_id", "=", company.id)]).mapped("key")
            statuses.create(
                [
                    {
                        "key": key,
                        "name": label,
                        "visible": visible,
                        "colour": colour,
                        "sequence": number * 10,
                        "company_id": company.id,
                    }
                    for number, (key, _name, label, visible, colour) in enumerate(STATUSES, 1)
                    if key not in known
                ]
            )

    @api.model
    def _get_by_key(self, company):
        """Return ``{key: row}`` of a company as superuser; resolved at display, never stored."""
        # Superuser: labels and colours, which customers read on their pages anyhow.
        rows = self.sudo().search_fetch(
            [("company_id", "=", company.id)], ["key", "name", "visible", "colour"]
        )
        return {row.key: row for row in rows}

    @api.model
    def _get_visible_keys(self, company):
        """Return the keys of the states a company shows."""
        return [key for key, row in self._get_by_key(company).items() if row.visible]
