from odoo import api, models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    def write(self, vals):
        """Override: who unsubscribes is a consignor who wants no newsletter any more."""
        result = super().write(vals)
        self.filtered("opt_out")._clear_consignors()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_clears_consignors(self):
        self._clear_consignors()

    def _clear_consignors(self):
        if self.env.context.get("consignment_newsletter"):
            return  # the change came from the consignor
        for mailing_list, subscriptions in self.grouped("list_id").items():
            self.env["consignment.consignor"]._clear_newsletter(
                subscriptions.contact_id.mapped("email_normalized"), mailing_list
            )
