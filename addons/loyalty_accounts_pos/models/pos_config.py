from odoo import Command, api, fields, models

from ..const import TERMINAL


class PosConfig(models.Model):
    _inherit = "pos.config"

    loyalty_cards = fields.Boolean(
        string="Loyalty cards",
        default=True,
        help="Scan customers' cards at this till, give their discount, let them pay with their "
        "credit and sell top-ups.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a new till takes cards, unless it is told not to."""
        configs = super().create(vals_list)
        configs._set_up_loyalty_payment()
        return configs

    def write(self, vals):
        """Override: the payment method comes and goes with the setting."""
        result = super().write(vals)
        if "loyalty_cards" in vals:
            self._set_up_loyalty_payment()
        return result

    def _set_up_loyalty_payment(self):
        """Add the payment method “Customer credit” to tills that take cards, or remove it.

        Tills with an open session are left alone: core forbids another payment method then.
        """
        for config in self.filtered(lambda config: not config.has_active_session):
            method = config._get_loyalty_payment_method()
            if not method or config.loyalty_cards == (method in config.payment_method_ids):
                continue
            command = Command.link if config.loyalty_cards else Command.unlink
            config.payment_method_ids = [command(method.id)]

    def _get_loyalty_payment_method(self):
        """The company's one method that charges cards; none without a chart of accounts.

        Archived ones count: whoever archived it does not want it back.
        """
        company = self.company_id
        books = company._get_loyalty_books()
        # Superuser: the settings of the till are the right that counts.
        methods = self.env["pos.payment.method"].sudo().with_context(active_test=False)
        found = methods.search(
            [("company_id", "=", company.id), ("use_payment_terminal", "=", TERMINAL)], limit=1
        )
        if found or not books:
            return found.filtered("active").sudo(False)  # back to the caller's rights
        method = methods.create(
            {
                "name": self.env._("Customer credit"),
                "company_id": company.id,
                "journal_id": books.loyalty_journal_id.id,
                "outstanding_account_id": books.loyalty_deposit_account_id.id,
                "payment_method_type": "terminal",
                "use_payment_terminal": TERMINAL,
                "sequence": 20,
            }
        )
        return method.sudo(False)  # back to the caller's rights
