from odoo.exceptions import UserError


class B2bError(UserError):
    """A customer asked for what cannot be done; the sentence says what to do instead."""


class NotAvailable(B2bError):
    """A product the customer may not see, or that does not exist: the words are the same."""


class CartChanged(B2bError):
    """Prices or articles changed since the page was shown; the customer has to look again."""


class AlreadyDecided(B2bError):
    """An order that was approved, declined or withdrawn before this press."""
