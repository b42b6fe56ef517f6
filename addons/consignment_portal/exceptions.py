from odoo.exceptions import UserError


class ConsignmentError(UserError):
    """A consignor asked for what cannot be done; the sentence says what to do instead."""


class QuotaExceeded(ConsignmentError):
    """More articles than the shop permits for this intake, or none at all."""


class EntryRefused(ConsignmentError):
    """What was typed or sent for an article cannot be kept; nothing was written."""


class AnswerRefused(ConsignmentError):
    """An answer to what the shop proposed, or a signature, that came too late or is not complete."""
