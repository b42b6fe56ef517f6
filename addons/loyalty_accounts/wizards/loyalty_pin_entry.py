from odoo import fields, models

from ..models.loyalty_account_pin import PinDigest


class LoyaltyPinEntry(models.AbstractModel):
    """A dialogue in which a PIN is typed: only its digest ever reaches the database."""

    _name = "loyalty.pin.entry"
    _description = "Entry of a PIN"

    pin = fields.Char(
        string="PIN",
        compute="_compute_pin",
        inverse="_inverse_pin",
        help="4 to 8 digits, typed by the customer.",
    )
    pin_digest = fields.Char(copy=False, groups=fields.NO_ACCESS)

    def _compute_pin(self):
        """What was typed is not shown again."""
        self.pin = False

    def _inverse_pin(self):
        self._keep_digest("pin", "pin_digest")

    def _keep_digest(self, name, digest_name, *, new=False):
        """Keep the digest of what was typed into a field.

        :raise InvalidValue: no PIN
        """
        for wizard in self:
            pin = wizard[name]
            digest = pin and wizard.env["loyalty.account"]._digest_pin(pin, new=new)
            wizard.sudo()[digest_name] = digest  # nobody has a right to the field

    def _pop_pin(self, digest_name="pin_digest"):
        """Return the digest that was kept, once."""
        self.ensure_one()
        self.check_access("write")
        kept = self.sudo()  # nobody has a right to the field
        digest, kept[digest_name] = kept[digest_name], False
        return digest and PinDigest(digest)
