import inspect
import logging
import random
import secrets
import time

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import FACADE_TOKEN, RETRY_JITTER_SECONDS, RETRY_SECONDS
from ..exceptions import FacadeError, InvalidArgument
from ..operations import operation
from ..rules import plain
from ..rules.arguments import ArgumentError, read_all

_logger = logging.getLogger(__name__)
_jitter = random.SystemRandom()

#: Tries after a unique violation: the same thing was done at the same moment, and the next try finds
#: it done; one that stays has another reason.
UNIQUE_TRIES = 3


class IntegratorApi(models.AbstractModel):
    """The facade: every operation that other programs may call, and nothing else.

    Each is declared by ``@operation``; add-ons add theirs. Plain values in and out. What is refused
    is an answer, ``{"error": {"code", "message"}}``, the same over XML-RPC and JSON-2, and nothing
    was written then.
    """

    _name = "integrator.api"
    _description = "Operations for other programs"

    # === OPERATIONS === #

    @operation(
        "", answer="integrator, company, currency, families, valid_until, operations (a list)"
    )
    def describe(self):
        """Tell what this key may do, and how each operation is called."""
        client = self.env["integrator.client"]._find_caller("")
        families = client.family_ids.mapped("code")
        topics = self.env["integrator.topic"].search([("family_id.code", "in", families)])
        return {
            "integrator": client.name,
            "company": client.company_id.name,
            "currency": client.company_id.currency_id.name,
            "families": sorted(families),
            "valid_until": plain.moment(client.valid_until),
            "topics": [{"code": topic.code, "name": topic.name} for topic in topics],
            "operations": [
                spec.describe()
                for _name, spec in sorted(self._get_operations().items())
                if not spec.family or spec.family in families
            ],
        }

    # === CALLING === #

    @api.model
    def _get_operations(self):
        """Return ``{name: Operation}`` of all operations that the installed add-ons declare."""
        found = inspect.getmembers(type(self), lambda member: hasattr(member, "_operation"))
        return {name: method._operation for name, method in found}

    @api.model
    def _call(self, spec, method, unnamed, given):
        """Answer a call of an operation; see ``@operation``."""
        # Of the context that came, only the language is believed.
        facade = self.with_env(self.env(context={"lang": self._get_answer_lang()}))
        try:
            client = facade.env["integrator.client"]._find_caller(spec.family)
            arguments = facade._read_arguments(spec, unnamed, given)
            client._note_use()
            return facade._transact(client, spec, method, arguments)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            message = facade.env._("Others were in the way. Nothing was done; send it again.")
            return facade._make_error("busy", message)
        except UserError as error:
            code = facade._get_error_code(error)
            return facade._make_error(code if code in spec.codes else "refused", str(error))
        except Exception as error:  # noqa: BLE001 -- the client gets a number, the log what it was
            return facade._report_incident(spec, error)

    def _get_answer_lang(self):
        """Return the language that was asked for, if it is installed, else the user's."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        asked = self.env.context.get("lang")
        return asked if asked in installed else self.env.user.lang or "en_US"

    @api.model
    def _read_arguments(self, spec, unnamed, given):
        if unnamed:
            raise InvalidArgument(self.env._("Give every argument by its name."))
        try:
            return read_all(spec.arguments, given)
        except ArgumentError as error:
            raise InvalidArgument(self._describe_argument_error(error)) from error

    @api.model
    def _describe_argument_error(self, error):
        """Return the sentence for an argument that is wrong."""
        sentence = {
            "missing": self.env._("%(name)s is missing: %(limits)s."),
            "unknown": self.env._("There is no argument %(name)s; there are: %(limits)s."),
        }.get(error.problem, self.env._("%(name)s must be: %(limits)s."))
        return sentence % {"name": error.name, "limits": error.limits}

    def _transact(self, client, spec, method, arguments):
        """Run an operation in a transaction of its own, again while others interfere.

        A cursor of its own, so that what is refused leaves nothing behind although it is an answer,
        and because Odoo waits up to 30 seconds between its tries. The request's own cursor has
        written nothing and holds no lock.
        """
        context = {
            "lang": self.env.lang,
            "allowed_company_ids": client.company_id.ids,
            "integrator_facade": FACADE_TOKEN,
        }
        deadline, violations = time.monotonic() + RETRY_SECONDS, 0
        while True:
            try:
                # Safe: neither cursor waits for the other, see above.
                with self.env.registry.cursor() as cr:
                    # Superuser: an integrator has no right to any record. Each operation looks for
                    # what belongs to the company, and tells no more than it says.
                    facade = self.with_env(self.env(cr=cr, context=context, su=True))
                    if spec.request != "kept":
                        return method(facade, **arguments)
                    requests = facade.env["integrator.request"]
                    return requests._answer_once(client.id, spec.name, arguments, method)
            except UniqueViolation as error:
                violations += 1
                if violations > UNIQUE_TRIES:
                    raise FacadeError(self.env._("There is one like this already.")) from error
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                if time.monotonic() > deadline:
                    raise
                _logger.info("%s retried: %s", spec.name, type(error).__name__)
            time.sleep(_jitter.uniform(0, RETRY_JITTER_SECONDS))

    # === ERRORS === #

    @api.model
    def _get_error_code(self, error):
        """Return the code of what an add-on refused; add-ons rename theirs here."""
        if isinstance(error, AccessError):
            return "not_permitted"
        return getattr(error, "code", "refused")

    @api.model
    def _make_error(self, code, message):
        return {"error": {"code": code, "message": message}}

    @api.model
    def _report_incident(self, spec, error):
        """Log what went wrong, and answer a number by which it is found there."""
        incident = secrets.token_hex(4)
        _logger.error("operation %s failed, incident %s", spec.name, incident, exc_info=error)
        return self._make_error(
            "internal",
            self.env._(
                "A mistake of ours. Tell the administrator: incident %s.",
                incident,
            ),
        )
