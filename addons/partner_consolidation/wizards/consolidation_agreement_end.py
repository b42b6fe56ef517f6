from odoo import api, fields, models


class ConsolidationAgreementEnd(models.TransientModel):
    """Asks for the last day of an agreement, and says what stays after it."""

    _name = "consolidation.agreement.end"
    _description = "End an agreement"
    _inherit = ["consolidation.dialogue"]

    _subjects = ("agreement_id",)

    agreement_id = fields.Many2one(
        "consolidation.agreement", required=True, readonly=True, ondelete="cascade"
    )
    statement = fields.Char(compute="_compute_statement", string="Now", help="What is in force.")
    last_day = fields.Date(
        help="Last day on which the cards are honoured: today or later.",
    )

    @api.depends("agreement_id")
    def _compute_statement(self):
        for wizard in self:
            wizard.agreement_id.check_access("read")
            wizard.statement = wizard.agreement_id.statement

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for agreements that the user may see, and with a day that is one."""
        for vals in vals_list:
            self._check_day(vals)
        wizards = super().create(vals_list)
        wizards.agreement_id.check_access("read")
        return wizards

    def write(self, vals):
        """Override: a day that is one."""
        self._check_day(vals)
        return super().write(vals)

    def _check_day(self, vals):
        if vals.get("last_day"):
            self.env["consolidation.agreement"]._read_day(vals["last_day"])

    def action_confirm(self):
        """Give notice.

        :raise InvalidValue: a day that has passed
        """
        self.ensure_one()
        self.agreement_id._give_notice(self.last_day)
        return {"type": "ir.actions.act_window_close"}
