from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentConfirmation(models.Model):
    """Previews that are confirmed in the background, part by part, with all their bills."""

    _name = "consignment.confirmation"
    _inherit = ["consignment.batch"]
    _description = "Confirmation of settlements"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    settlement_ids = fields.Many2many(comodel_name="consignment.settlement", readonly=True)
    done_count = fields.Integer(string="Confirmed or refused")
    total_count = fields.Integer(string="Settlements")

    @api.model
    def _start(self, settlements):
        """Confirm the first previews at once, and the others in the background.

        :param settlements: previews of one company that the user may confirm
        :return: the action that shows how far it is
        :raise UserError: they are of several companies
        """
        if len(settlements.company_id) > 1:
            raise UserError(self.env._("Confirm one company at a time."))
        # Superuser: confirming is the right that counts; jobs are begun here and nowhere else.
        job = self.sudo().create(
            {
                "company_id": settlements.company_id.id,
                "settlement_ids": [fields.Command.set(settlements.ids)],
                "total_count": len(settlements),
            }
        )
        job._work()
        job.env.ref("consignment_portal.ir_cron_confirm")._trigger()
        # What is shown goes by the user's own rights again (no sudo).
        return job.sudo(False).get_formview_action()

    def _find_next(self, limit):
        """Override: previews."""
        return self.settlement_ids.search(
            [("id", "in", self.settlement_ids.ids), ("id", ">", self.last_id)],
            order="id",
            limit=limit,
        )

    def _do(self, records):
        """Override: confirm them; one that is refused is noted and left as it was."""
        for settlement in records:
            try:
                with self.env.cr.savepoint():
                    settlement._confirm()
            except UserError as error:
                self._refuse(settlement, error)

    def action_open_settlements(self):
        """Show the settlements of the job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_settlement_action"
        )
        return {**action, "domain": [("id", "in", self.settlement_ids.ids)], "context": {}}
