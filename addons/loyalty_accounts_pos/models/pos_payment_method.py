from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..const import TERMINAL


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    def _get_payment_terminal_selection(self):
        return [
            *super()._get_payment_terminal_selection(),
            (TERMINAL, self.env._("Customer credit")),
        ]

    @api.constrains("journal_id", "use_payment_terminal", "split_transactions", "company_id")
    def _check_loyalty_credit(self):
        """Only the method that asks the ledger pays out of its journal, and it does nothing else.

        Another one would book spent credit that no card lost.
        """
        journals = self.env["account.journal"]._get_loyalty_journal_ids()
        for method in self:
            if method._is_loyalty_credit() != (method.journal_id.id in journals):
                raise ValidationError(
                    self.env._(
                        "The journal of customer credit and the payment terminal “Customer "
                        "credit” go together. Switch “Loyalty cards” on in the settings of the "
                        "Point of Sale instead; it makes the payment method."
                    )
                )
            if method._is_loyalty_credit() and method.split_transactions:
                raise ValidationError(
                    self.env._("Customer credit needs no identified customer: the card pays.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never_with_loyalty_payments(self):
        # Superuser: payments of other companies' tills count, too.
        payments = self.env["pos.payment"].sudo()
        used = self.filtered("use_payment_terminal").filtered(
            lambda method: method._is_loyalty_credit()
        )
        if used and payments.search_count([("payment_method_id", "in", used.ids)], limit=1):
            raise UserError(self.env._("Receipts were paid with customer credit: archive it."))

    def _is_loyalty_credit(self):
        """Whether this method charges cards."""
        return self.use_payment_terminal == TERMINAL

    @api.model
    def _retire_loyalty_credit(self):
        """Remove the methods that charge cards; archive those that receipts were paid with."""
        methods = self.with_context(active_test=False).search(
            [("use_payment_terminal", "=", TERMINAL)]
        )
        tills = self.env["pos.config"].with_context(active_test=False)
        for till in tills.search([("payment_method_ids", "in", methods.ids)]):
            till.payment_method_ids -= methods
        # Grouped: there may be a payment for each receipt of years.
        used = methods.browse(
            method.id
            for (method,) in self.env["pos.payment"]._read_group(
                [("payment_method_id", "in", methods.ids)], ["payment_method_id"]
            )
        )
        (methods - used).unlink()
        used.active = False
        used.flush_recordset()
        # The terminal goes with the module; by the ORM the method would have to keep it while it is here.
        self.env.cr.execute(
            SQL(
                "UPDATE pos_payment_method SET use_payment_terminal = NULL WHERE id = ANY(%s)",
                used.ids,
            )
        )
