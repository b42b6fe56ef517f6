from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _init_payments(self, to_process, edit_mode=False):
        """Override: the payments of a payout bear its number, by which the bank lists them."""
        number = self.env.context.get("consignment_payout")
        for process in to_process if number else ():
            values = process["create_vals"]
            values["memo"] = f"{number} {values.get('memo') or ''}".strip()
        return super()._init_payments(to_process, edit_mode=edit_mode)
