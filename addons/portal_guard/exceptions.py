from odoo.exceptions import UserError


class LinkInvalid(UserError):
    """A link from a mail does not open what it is for (any more), whatever the reason."""


class WeakPassword(UserError):
    """A password breaks a rule; the sentence names the rule."""
