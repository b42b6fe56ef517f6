"""Errors of the ledger; each has a stable ``code`` for programs and a sentence for people."""

from odoo.exceptions import UserError


class LoyaltyError(UserError):
    """Base of everything the ledger refuses."""

    code = "refused"
    #: Lets the web client and the till show the sentence as a warning: they know core's classes
    #: only, and would say "Something went wrong".
    context = {"exception_class": "odoo.exceptions.UserError"}


class InvalidValue(LoyaltyError):
    """An argument is not acceptable: amount, percentage, number, request id, note."""

    code = "invalid_value"


class AccountNotFound(LoyaltyError):
    """No account of that number may be used here."""

    code = "account_not_found"


class AccountUnusable(LoyaltyError):
    """The account is blocked, expired, archived or belongs to another company."""

    code = "account_unusable"


class CardReplaced(AccountUnusable):
    """The number belonged to a card that another one has replaced."""

    code = "card_replaced"


class InsufficientCredit(LoyaltyError):
    """The account holds less than is asked for."""

    code = "insufficient_credit"


class PinRefused(LoyaltyError):
    """The card's PIN is needed, is wrong, or was wrong too often."""

    code = "pin_refused"


class TooManyGuesses(LoyaltyError):
    """The user looked up too many unknown card numbers; for a while none is looked up."""

    code = "too_many_guesses"


class RequestConflict(LoyaltyError):
    """The request id was used before for something else."""

    code = "request_conflict"


class MovementRefused(LoyaltyError):
    """The movement or reservation referred to cannot be used for this."""

    code = "movement_refused"


class LedgerKeyMissing(LoyaltyError):
    """The server has no key to seal movements with."""

    code = "ledger_key_missing"
