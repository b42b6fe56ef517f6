"""Errors of the facade; each has a stable ``code`` for programs and a sentence for people."""

from odoo.exceptions import UserError


class FacadeError(UserError):
    """Base of what the facade itself refuses."""

    code = "refused"


class InvalidArgument(FacadeError):
    """An argument is missing, unknown, or of the wrong type, size or range."""

    code = "invalid_argument"


class NotPermitted(FacadeError):
    """The key is no integrator's, has ended, or is not for this operation."""

    code = "not_permitted"


class NotFound(FacadeError):
    """There is nothing of that name or number at the integrator's company."""

    code = "not_found"


class RequestReused(FacadeError):
    """The request id was used before for something else."""

    code = "request_id_reused"
