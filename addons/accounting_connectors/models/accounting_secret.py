import base64
import json
import time

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..const import SECRET_KEY_OPTION, TOKEN_MARGIN

TRIES = 20


class AccountingSecret(models.Model):
    """What nobody may read: passwords and tokens of a backend, encrypted.

    No group has rights here. Values are encrypted with the key of the server's configuration, so
    that a copy of the database gives nothing away.
    """

    _name = "accounting.secret"
    _description = "Secret of an accounting backend"
    _log_access = False

    backend_id = fields.Many2one("accounting.backend", required=True, ondelete="cascade")
    name = fields.Char(required=True, help="Which secret it is.")
    value = fields.Text(required=True, help="Encrypted.")

    _name_unique = models.UniqueIndex("(backend_id, name)", "Kept already.")

    @api.model
    def _get_cipher(self):
        keys = [key.strip() for key in (config.get(SECRET_KEY_OPTION) or "").split(",")]
        try:
            return MultiFernet(
                [Fernet(base64.urlsafe_b64encode(bytes.fromhex(key))) for key in keys if key]
            )
        except ValueError:
            raise UserError(
                self.env._(
                    "The server's configuration lacks a usable %s; ask your administrator.",
                    SECRET_KEY_OPTION,
                )
            ) from None

    @api.model
    def _keep(self, backend, name, value):
        """Keep a secret; an empty value forgets it.

        :param value: text
        """
        held = self.search([("backend_id", "=", backend.id), ("name", "=", name)])
        if not value:
            held.unlink()
            return
        encrypted = self._get_cipher().encrypt(value.encode()).decode()
        if held:
            held.value = encrypted
        else:
            self.create({"backend_id": backend.id, "name": name, "value": encrypted})

    @api.model
    def _reveal(self, backend, name):
        """Return a secret's text, ``""`` when there is none.

        :raise UserError: when the key of the configuration is not the one it was kept with
        """
        held = self.search([("backend_id", "=", backend.id), ("name", "=", name)])
        if not held:
            return ""
        try:
            return self._get_cipher().decrypt(held.value.encode()).decode()
        except InvalidToken:
            raise UserError(
                self.env._(
                    "The secrets of %s were kept with another key; type them in again.",
                    backend.display_name,
                )
            ) from None

    def _read_consent(self):
        """Return (digest of the state, user, until when, address) of a consent that is waited for.

        One of another backend that cannot be read any more is nobody's: it stops nobody else.
        """
        try:
            return self._reveal(self.backend_id, "consent").split()
        except UserError:
            return "", "0", "0", ""

    def _use_up(self):
        """Remove it, whatever becomes of what it is used for."""
        # A cursor of its own: the provider may refuse, which undoes the caller's transaction.
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr)).unlink()

    @api.model
    def _renew_tokens(self, backend, renew, not_these):
        """Return valid tokens, renewing them when needed, one worker at a time.

        :param renew: called with the last tokens, returns new ones
        :param not_these: tokens the provider refused, or None
        :return: dict with ``expires_at`` (seconds since 1970)
        """

        def change(tokens):
            is_fresh = tokens.get("expires_at", 0) > time.time() + TOKEN_MARGIN
            return tokens if is_fresh and tokens != not_these else renew(tokens)

        return self._change_tokens(backend, change)

    @api.model
    def _change_tokens(self, backend, change):
        """Change tokens for good, one worker at a time, and return them.

        The row is locked by an UPDATE in a transaction of its own: a second worker waits, fails to
        serialize, looks again and finds the new tokens. They are committed before anybody uses
        them, whatever becomes of the caller's transaction.

        :param change: called with the last tokens (``{}`` at first), returns those to keep
        """
        for _attempt in range(TRIES):
            try:
                # A cursor of its own: a rotated token must survive a rollback of the caller.
                with self.env.registry.cursor() as cr:
                    return self.with_env(self.env(cr=cr))._change_locked(backend.id, change)
            except SerializationFailure:
                time.sleep(0.05)
        raise UserError(self.env._("The connection is being renewed; try again in a moment."))

    @api.model
    def _change_locked(self, backend_id, change):
        # SQL: the row is there to be locked before it is read, which the ORM cannot say.
        self.env.cr.execute(
            """
            INSERT INTO accounting_secret (backend_id, name, value) VALUES (%s, 'tokens', '')
            ON CONFLICT (backend_id, name) DO UPDATE SET name = EXCLUDED.name
            RETURNING id
            """,
            [backend_id],
            log_exceptions=False,
        )
        held = self.browse(self.env.cr.fetchone())
        held.invalidate_recordset()
        cipher = self._get_cipher()
        kept = json.loads(cipher.decrypt(held.value.encode())) if held.value else {}
        tokens = change(kept)
        if tokens != kept:
            held.value = cipher.encrypt(json.dumps(tokens).encode()).decode()
            held.flush_recordset()
        return tokens
