"""How a backend connects: what its provider and its gate are given."""

import contextlib
import logging
import time
from secrets import token_urlsafe

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import consteq

from .. import providers
from ..const import MAX_WAIT, RETRY_AFTER, SETTLE_SECONDS, UNFINISHED
from ..exceptions import NotConnected, ProviderError, Throttled, Unauthorised
from ..providers.gate import Gate
from ..rules.masking import digest

#: Seconds a person has for the provider's page.
CONSENT_SECONDS = 900
_logger = logging.getLogger(__name__)
#: First key of the advisory lock that a call holds where a provider takes one at a time.
CALL_LOCK_CLASS = 1_886_219_108
#: Seconds after which a call that did not get its turn is tried again.
RETRY_TURN = 2


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    redirect_uri = fields.Char(
        compute="_compute_redirect_uri",
        string="Redirect address",
        help="Give it to your app at the provider, where its redirect URI is asked for.",
    )

    @api.depends("provider")
    def _compute_redirect_uri(self):
        for backend in self:
            asks = backend.provider and providers.get(backend.provider).asks_for_consent
            backend.redirect_uri = backend._get_redirect_uri() if asks else False

    def _connect(self):
        """Return the provider's object for this backend, ready to be called."""
        self.ensure_one()
        gate = Gate(Connection(self))
        gate.provider = providers.get(self.provider)(gate.hooks, gate)
        return gate.provider

    def _forget_connection(self):
        """Addresses or secrets changed: what was connected is not any more."""
        # Superuser: tokens belong to nobody, and the state follows.
        backends = self.sudo()
        for backend in backends:
            backend.env["accounting.secret"]._keep(backend, "tokens", "")
        backends.state = "draft"

    def _forget_secrets(self):
        """Forget what was typed in secret, too: it has to be typed in again."""
        # Superuser: secrets belong to nobody.
        self.env["accounting.secret"].sudo().search([("backend_id", "in", self.ids)]).unlink()
        self.setting_ids.invalidate_recordset(["value"])

    def action_connect(self):
        """Connect, by the provider's consent page where it has one, else at once."""
        self.ensure_one()
        self.check_access("write")
        self._check_settings()
        provider = self._connect()
        if provider.asks_for_consent and not provider.connects_alone and self.state != "connected":
            return {
                "type": "ir.actions.act_url",
                "target": "self",
                "url": self._ask_consent(provider),
            }
        company = self._confirm_connection(provider)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Connected with %s.", company),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _ask_consent(self, provider):
        """Return the provider's page where a person agrees, and remember who went there."""
        state, until = token_urlsafe(32), time.time() + CONSENT_SECONDS
        # kept, as a login meanwhile may change the address that Odoo knows itself by
        redirect_uri = self._get_redirect_uri()
        # Superuser: what comes back is compared with it, and nobody reads it.
        self.env["accounting.secret"].sudo()._keep(
            self, "consent", f"{digest(state)} {self.env.uid} {until} {redirect_uri}"
        )
        return provider.get_consent_url(redirect_uri, state)

    def _get_redirect_uri(self):
        return f"{self.get_base_url()}/accounting_connectors/consent"

    @api.model
    def _receive_consent(self, code, state):
        """Connect the backend that a person agreed for.

        :param code, state: as the provider's page sent them back; no code where nobody agreed
        :return: the backend, empty when the answer is none this user waits for
        :raise UserError: when the provider refuses the code
        """
        # Superuser: the state, a secret of this user's own, tells which backend it is for.
        for held in self.env["accounting.secret"].sudo().search([("name", "=", "consent")]):
            kept, uid, until, redirect_uri = held._read_consent()
            if not consteq(kept, digest(state)) or int(uid) != self.env.uid:
                continue
            # Not as superuser any more: whoever agreed must be permitted to connect.
            backend = held.backend_id.sudo(False)
            held._use_up()
            if float(until) < time.time():
                raise UserError(self.env._("That took too long; press Connect again."))
            backend.check_access("write")
            if not code:
                # Superuser: they may connect it, but what became of that is written by nobody.
                backend.sudo().last_error = self.env._(
                    "The provider's page did not let Odoo in. Press Connect, and agree there."
                )
                return backend
            return backend._redeem(code, redirect_uri)
        return self.browse()

    def _redeem(self, code, redirect_uri):
        provider = self._connect()
        provider.backend.hide(code)
        try:
            tokens = provider.redeem(code, redirect_uri)
        except ProviderError as error:
            self._note_failure(error)
            raise UserError(str(error)) from None
        # Superuser: tokens belong to nobody. Kept for good before anybody uses them.
        self.env["accounting.secret"].sudo()._change_tokens(self, lambda _old: tokens)
        self._confirm_connection(self._connect())
        return self

    def _confirm_connection(self, provider):
        """Ask who is connected, and note it.

        :return: the name of the company at the provider
        """
        try:
            remote_id, company = provider.fetch_company()
        except ProviderError as error:
            self._note_failure(error)
            if isinstance(error, Unauthorised) and self.state == "connected":
                # the page still shows it as connected: an error lets it stay as it is
                raise UserError(
                    self.env._("%s. Reload the page, and press Connect.", str(error).rstrip("."))
                ) from None
            raise UserError(str(error)) from None
        self._check_books(remote_id, company)
        was_broken = self.state == "reconnect"
        # Superuser: it follows from the provider's answer.
        self.sudo().write(
            {
                "state": "connected",
                "remote_id": remote_id or self.remote_id,
                "remote_company": company,
                "last_error": False,
            }
        )
        if was_broken:
            self.activity_unlink(["mail.mail_activity_data_todo"])
        # Superuser: what waited for the connection goes on, whoever made it.
        exports = self.env["accounting.export"].sudo()
        exports.search([("backend_id", "=", self.id), ("state", "in", UNFINISHED)])._enqueue()
        undelivered = [("backend_id", "=", self.id), ("delivery", "in", UNFINISHED)]
        exports.search(undelivered)._enqueue_delivery()
        return company

    def _check_settings(self):
        missing = [
            setting.label
            for setting in self.setting_ids
            if setting.is_required and not setting.value
        ]
        if missing:
            raise UserError(self.env._("Fill in first: %s.", ", ".join(missing)))

    def _get_max_rows(self):
        return providers.get(self.provider).max_rows

    def _get_settle_seconds(self):
        """Return the seconds after which a request without an answer has surely ended."""
        return self._get_seconds("settle_seconds", (SETTLE_SECONDS,))[0]

    def _get_retry_seconds(self):
        """Return the seconds until a failed attempt is tried again, by number of attempts."""
        return self._get_seconds("retry_seconds", RETRY_AFTER)

    def _get_seconds(self, name, default):
        """Return whole seconds from a system parameter, comma separated."""
        # Superuser: only administrators may read parameters, these are for everybody's jobs.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param(f"accounting_connectors.{name}") or ""
        if not value:
            return default
        try:
            return tuple(int(one) for one in value.split(","))
        except ValueError:
            _logger.warning(
                "accounting_connectors.%s is “%s”, not seconds separated by commas: %s are used",
                name, value, default,
            )  # fmt: skip
            return default

    def _note_failure(self, error):
        """Keep what went wrong, in a transaction of its own, as the caller's is rolled back."""
        if isinstance(error, NotConnected):
            return  # why stands there already
        # A cursor of its own: the caller answers with an error, which undoes its transaction.
        with self.env.registry.cursor() as cr:
            # Superuser: whoever's request failed, the backend says so.
            backend = self.with_env(self.env(cr=cr)).sudo()
            backend.last_error = str(error)
            if isinstance(error, Unauthorised) and backend.state == "connected":
                backend.state = "reconnect"
                backend._ask_to_reconnect()

    def _ask_to_reconnect(self):
        """Give whoever connected it an activity."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Reconnect %s", self.name),
            note=self.env._("The provider does not accept the connection any more."),
            user_id=self.create_uid.id,
        )


class Connection:
    """What a provider and its gate know of a backend: plain values and four verbs.

    :param backend: an ``accounting.backend`` record
    """

    def __init__(self, backend):
        # Superuser: the job of any user sends with the backend's own secrets.
        self._backend = backend.sudo()
        self._tokens = None
        self._settings = {}
        self._hidden = set()

    @property
    def base_url(self):
        """Where calls go, without a slash at the end."""
        return self._backend.base_url.rstrip("/")

    @property
    def auth_url(self):
        """Where tokens are given out, without a slash at the end."""
        return (self._backend.auth_url or "").rstrip("/")

    @property
    def secrets(self):
        """Values that must not appear in a log or message."""
        return self._hidden

    def hide(self, *values):
        """Let values appear in no log or message from now on."""
        self._hidden |= {value for value in values if value and isinstance(value, str)}

    def _secret_names(self):
        provider = providers.get(self._backend.provider)
        return {setting.name for setting in provider.settings if setting.is_secret}

    def get_setting(self, name):
        """Return what an administrator filled in, ``""`` when nothing."""
        if name not in self._settings:
            if name in self._secret_names():
                value = self._backend.env["accounting.secret"]._reveal(self._backend, name)
                self.hide(value)
            else:
                setting = self._backend.setting_ids.filtered(lambda one: one.name == name)
                value = setting.plain
            self._settings[name] = value or ""
        return self._settings[name]

    def get_tokens(self, not_these=None):
        """Return valid tokens, renewing them when needed.

        :param not_these: tokens that were refused
        """
        fresh = self._tokens and self._tokens["expires_at"] > time.time()
        if not fresh or self._tokens == not_these:
            self._tokens = self._backend.env["accounting.secret"]._renew_tokens(
                self._backend, self._renew, not_these
            )
            self.hide(*self._tokens.values())
        return self._tokens

    def _renew(self, tokens):
        # also what is renewed: who refuses it may name it
        self.hide(*tokens.values())
        gate = Gate(self)
        gate.provider = providers.get(self._backend.provider)(self, gate)
        return gate.provider.renew(tokens)

    def take_call(self, cost=1):
        """Wait for a place within the provider's limit, shared by all workers.

        :raise Throttled: when that takes too long for a job
        """
        deadline = time.monotonic() + MAX_WAIT
        while (wait := self._try_take(cost)) > 0:
            if time.monotonic() + wait > deadline:
                raise Throttled("Waiting for the provider's limit.", wait)
            time.sleep(wait)

    def _try_take(self, cost):
        limit = providers.get(self._backend.provider).limit
        return self._backend.env["accounting.limiter"]._take_apart(self._backend, limit, cost)

    @contextlib.contextmanager
    def hold(self, name):
        """Let one call at a time be under way under a name, whichever worker of any server makes it.

        :param name: ``""`` holds nobody back
        :raise Throttled: when its turn takes too long for a job
        """
        if not name:
            yield
            return
        # A cursor of its own, whose transaction is the lock's: both end with the call, or with us.
        with self._backend.env.registry.cursor() as cr:
            # SQL: a setting of that transaction alone; the ORM has none.
            cr.execute("SELECT set_config('lock_timeout', %s, true)", [f"{MAX_WAIT}s"])
            try:
                # SQL: the ORM has no lock of that kind; a blocking one, so that workers take turns.
                cr.execute(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                    [CALL_LOCK_CLASS, name],
                    log_exceptions=False,
                )
            except LockNotAvailable:
                raise Throttled("Waiting for another call to end.", RETRY_TURN) from None
            yield

    def note_wait(self, seconds):
        """Keep all workers from calling for so long: the provider said so."""
        self._backend.env["accounting.limiter"]._block_apart(self._backend, seconds)
