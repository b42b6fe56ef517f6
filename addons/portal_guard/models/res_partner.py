from odoo import models


class ResPartner(models.Model):
    """Links in mails to a customer do not make everybody wait who sells to it."""

    _inherit = "res.partner"

    def signup_prepare(self, signup_type="signup"):
        """Override of ``auth_signup``: write only what changes.

        Odoo calls it for each mail about an order to a customer without a login. Written anew each
        time, the customer's row makes two orders at the same moment fail and run again, up to the
        last try.
        """
        self.check_access("write")  # as where something is written
        # Superuser: the field is closed to sellers, as it is in the caller; it is only compared.
        due = self.filtered(lambda partner: partner.sudo().signup_type != signup_type)
        return super(ResPartner, due).signup_prepare(signup_type) if due else True
