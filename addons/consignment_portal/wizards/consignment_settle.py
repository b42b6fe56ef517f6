from odoo import api, fields, models
from odoo.tools import date_utils


class ConsignmentSettle(models.TransientModel):
    """Asks which consignors are settled, and up to when."""

    _name = "consignment.settle"
    _description = "Settle with consignors"

    shop_id = fields.Many2one(
        comodel_name="consignment.shop",
        required=True,
        default=lambda self: self._default_shop_id(),
    )
    date_from = fields.Date(
        string="From",
        default=lambda self: self._default_period()[0],
        help="Printed on the statement. What is still open from before is settled as well.",
    )
    date_to = fields.Date(string="To", required=True, default=lambda s: s._default_period()[1])
    consignor_ids = fields.Many2many(
        comodel_name="consignment.consignor",
        string="Only these consignors",
        domain="[('shop_id', '=', shop_id)]",
        help="Empty: all consignors of the shop.",
    )
    pays_all = fields.Boolean(
        string="Pay out whatever the amount",
        help="The minimum payout does not count, as when a consignor leaves.",
    )

    @api.model
    def _default_shop_id(self):
        shops = self.env["consignment.shop"].search([], limit=2)
        return shops if len(shops) == 1 else shops.browse()

    @api.model
    def _default_period(self):
        """Return the first and last day of the month before this one."""
        today = fields.Date.context_today(self)
        return date_utils.get_month(fields.Date.subtract(today, months=1))

    def action_settle(self):
        """Start the run and show how far it is."""
        self.ensure_one()
        self.shop_id.check_access("read")
        # Superuser: runs are begun here and nowhere else; how far one is nobody writes by hand.
        runs = self.env["consignment.settlement.run"].sudo()
        run = runs.create(
            {
                "shop_id": self.shop_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "consignor_ids": [fields.Command.set(self.consignor_ids.ids)],
                "pays_all": self.pays_all,
            }
        )
        # Not as superuser any more: the user's own rights count from here on.
        run = run.sudo(False)
        run._start()
        return run.get_formview_action()
