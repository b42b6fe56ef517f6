from odoo.exceptions import UserError


class ConsignmentError(UserError):
    """A consignor asked for what cannot be done; the sentence says what to do instead."""


class QuotaExceeded(ConsignmentError):
    """More articles than the shop permits for this intake, or none at all."""
