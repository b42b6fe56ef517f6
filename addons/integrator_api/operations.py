"""Declaring operations of the facade: what they take, who may call them, what can go wrong."""

import dataclasses

from odoo import api

from .const import REQUEST_ID_LENGTH
from .rules.arguments import Text

#: Codes that every operation may answer, and when.
COMMON_ERRORS = {
    "invalid_argument": "an argument is missing, unknown, or of the wrong type, size or range",
    "not_permitted": "the key has ended, or is not for operations of this family",
    "refused": "for another reason; the message tells it",
    "busy": "others were in the way for ten seconds; nothing was done, send it again",
    "internal": "a mistake of ours, with a number for the administrator; whether it was done, the same "
    "request tells when it is sent again",
}
#: Codes of operations with a request id.
REQUEST_ERRORS = {"request_id_reused": "the request id was used for another request"}

REQUEST_ID = Text(
    "request_id",
    "yours, a new one for each thing to do; the same again gets the first answer",
    shortest=REQUEST_ID_LENGTH[0],
    longest=REQUEST_ID_LENGTH[1],
)


@dataclasses.dataclass(frozen=True)
class Operation:
    """One operation, as it is declared.

    :param family: code of the ``integrator.family`` it belongs to; nothing: every integrator's
    :param errors: ``{code: when}`` of its own
    """

    name: str
    summary: str
    family: str
    arguments: tuple
    answer: str
    errors: dict
    request: str

    @property
    def codes(self):
        """Every code that it may answer, with when."""
        return {**self.errors, **(REQUEST_ERRORS if self.request else {}), **COMMON_ERRORS}

    def describe(self):
        """Return the declaration as plain values."""
        return {
            "name": self.name,
            "summary": self.summary,
            "family": self.family,
            "arguments": [
                {
                    "name": argument.name,
                    "about": argument.about,
                    "limits": argument.limits,
                    "required": argument.is_required,
                }
                for argument in self.arguments
            ],
            "answer": self.answer,
            "errors": [{"code": code, "when": when} for code, when in self.codes.items()],
        }


def operation(family, *arguments, answer, errors=None, request=""):
    """Make a method of ``integrator.api`` an operation.

    The method gets its arguments read and checked, by name, in a transaction of its own, as
    superuser at the integrator's company; it answers plain values, or raises an error that has a
    ``code``. Its docstring's first line is its summary.

    :param str family: code of the family
    :param arguments: of ``rules/arguments.py``
    :param str answer: names of what it answers, in a phrase
    :param errors: ``{code: when}`` of its own
    :param str request: for what moves money or stock: ``kept`` by the facade, ``passed`` to the
        method, whose app keeps it; nothing: it has no request id
    """

    def decorate(method):
        spec = Operation(
            name=method.__name__,
            summary=method.__doc__.partition("\n")[0],
            family=family,
            arguments=(*arguments, REQUEST_ID) if request else arguments,
            answer=answer,
            errors=errors or {},
            request=request,
        )

        @api.model
        def call(self, /, *unnamed, **given):
            return self._call(spec, method, unnamed, given)

        call.__name__, call.__doc__, call._operation = spec.name, method.__doc__, spec
        return call

    return decorate
