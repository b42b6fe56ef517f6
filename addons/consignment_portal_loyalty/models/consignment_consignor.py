from odoo import api, models


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    @api.model
    def _get_payout_methods(self):
        """Override: store credit."""
        return [*super()._get_payout_methods(), ("credit", self.env._("Store credit"))]

    def _get_credit_account(self):
        """Return the consignor's loyalty account in the shop's company; one is opened if needed."""
        self.ensure_one()
        # Superuser: paying out is the right that counts; the account is the payee's own.
        accounts = self.env["loyalty.account"].sudo().with_company(self.company_id)
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("blocked", "=", False),
        ]
        usable = accounts.search(domain, order="id").filtered(lambda a: a.state == "usable")
        return usable[:1] or accounts.create(
            {"partner_id": self.partner_id.id, "company_id": self.company_id.id}
        )
