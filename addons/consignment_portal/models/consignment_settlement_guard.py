"""What a settlement says follows from settling; nobody writes it by hand."""

from odoo import models
from odoo.exceptions import AccessError

#: Fields of messages and activities, which people write on any document.
TALK = ("message_", "activity_", "website_message_")


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    def write(self, vals):
        """Override: settlements change by being confirmed, reversed and paid out only.

        :raise AccessError: somebody writes into one, an administrator included
        """
        self.check_access("write")
        if not self.env.su and not all(name.startswith(TALK) for name in vals):
            raise AccessError(
                self.env._("Settlements are not changed by hand. Reverse it, and settle again.")
            )
        return super().write(vals)
