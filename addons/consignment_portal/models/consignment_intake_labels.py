from odoo import models
from odoo.exceptions import UserError


class ConsignmentIntake(models.Model):
    _inherit = "consignment.intake"

    def action_print_labels(self):
        """Open the dialogue for labels of the accepted articles.

        :raise UserError: there is none
        """
        articles = self.article_ids.filtered("barcode")
        if not articles:
            raise UserError(self.env._("No article of this intake was accepted yet."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_label_print_action"
        )
        context = {"active_model": articles._name, "active_ids": articles.ids}
        return {**action, "context": context}
