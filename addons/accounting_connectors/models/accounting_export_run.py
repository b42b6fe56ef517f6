"""How an export is sent: exactly once, whatever breaks.

Every change of state is committed by itself, before the request it stands for leaves, and is never
undone by what happens to the job. An attempt whose outcome is unknown is looked up by its key, after
the provider had time to finish it, before anything is sent again.
"""

import contextlib
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import UNFINISHED, WAIT_FOR_CREDITED
from ..exceptions import Ambiguous, Refused, Throttled, Unauthorised, Unavailable

#: First key of the advisory lock that one export's run holds.
LOCK_CLASS = 1_886_219_107


class Notes(dict):
    """Steps of an attempt that must survive a crash.

    :param save: called with the values
    """

    def __init__(self, values, save):
        super().__init__(values or {})
        self._save = save

    def save(self):
        """Commit them now."""
        self._save(dict(self))


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    def _run(self):
        """Send the document (job).

        :raise RetryableJobError: when it has to be tried again later
        """
        # Superuser: the job of any accountant reads the invoice as a whole and the backend's secrets.
        export = self.sudo()
        with export._hold_alone():
            outcome = export._attempt()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _attempt(self):
        """Try once; return what became of it, or the exception that brings the job back."""
        self.invalidate_recordset()
        if self.state not in UNFINISHED:
            return self.state
        try:
            return self._send()
        except RetryableJobError as error:
            return error
        except Throttled as error:
            self._note({"reason": str(error)})
            return RetryableJobError(str(error), error.seconds, ignore_retry=True)
        except Unauthorised as error:
            self.backend_id._note_failure(error)
            self._note({"reason": str(error)})
            return "unauthorised"
        except Refused as error:
            return self._fail(str(error))
        except UserError as error:
            return self._fail(str(error.args[0]))
        except (Ambiguous, Unavailable) as error:
            return self._try_later(error)

    def _send(self):
        document = self._build()
        provider = self.backend_id._require_connection()
        notes = Notes(self.notes, lambda values: self._note({"notes": values}))
        if self.state == "attempting":
            self._wait_until_settled(self.attempted_at)
        # notes: also what the first of several steps left behind when the second was refused
        is_uncertain = self.state == "attempting" or notes
        if is_uncertain and (remote := provider.find_invoice(document, notes)):
            return self._adopt(remote, document)
        self._wait_for_credited()
        self._begin()
        return self._adopt(self._push(provider, document, notes), document)

    def _wait_for_credited(self):
        """Let the invoice be there before what credits it, which else could not name it.

        :raise RetryableJobError: while the invoice is on its way
        :raise UserError: when it waits for a person
        """
        original = self.move_id.reversed_entry_id
        export = original.accounting_export_ids.filtered(
            lambda one: one.backend_id == self.backend_id
        )
        if export.state in UNFINISHED:
            reason = self.env._("Waiting for %s, which it credits.", original.name)
            self._note({"reason": reason})
            raise RetryableJobError(reason, WAIT_FOR_CREDITED, ignore_retry=True)
        if export.state == "failed":
            raise UserError(self.env._("Send %s first, which it credits.", original.name))

    def _begin(self):
        """Commit that an attempt is under way.

        :raise RetryableJobError: the invoice is not any more what the document was built from
        """
        values = {
            "state": "attempting",
            "attempts": self.attempts + 1,
            "attempted_at": fields.Datetime.now(),
            "reason": False,
        }
        # A cursor of its own, as for every state; newer than the job's, so that it sees whether the
        # invoice was changed since. Whoever resets it updates this row, too: one of both begins anew.
        with self.env.registry.cursor() as cr:
            export = self.with_env(self.env(cr=cr))
            export.write(values)
            export.flush_recordset()
            now, built = export.move_id, self.move_id
            if (now.state, now.write_date) != (built.state, built.write_date):
                raise RetryableJobError("The invoice was changed.", 1, ignore_retry=True)
        self._remember(values)

    def _push(self, provider, document, notes):
        """Send it. What surely did nothing is no attempt under way; anything else still is.

        Only here: the same errors while an earlier attempt is looked up leave that one uncertain.
        """
        try:
            return provider.push_invoice(document, notes)
        except (Refused, Unauthorised, Unavailable):
            self._note({"state": "pending"})
            raise
        except Ambiguous:
            # what was cut off may still be worked on there: from now on it is given time
            self._note({"attempted_at": fields.Datetime.now()})
            raise

    def _wait_until_settled(self, began):
        """Give a request whose answer was lost the time to end.

        :param began: when it left, in UTC
        :raise RetryableJobError: while it may still be under way
        """
        settled = began + timedelta(seconds=self.backend_id._get_settle_seconds())
        left = (settled - fields.Datetime.now()).total_seconds()
        if left > 0:
            raise RetryableJobError("Waiting for the outcome.", left + 1, ignore_retry=True)

    def _adopt(self, remote, document):
        """Take over what is at the provider; say so when it is not what was sent."""
        difference = self._describe_difference(remote, document)
        values = {
            "state": "sent",
            "sent_at": fields.Datetime.now(),
            **self._get_remote_values(remote),
            "reason": difference,
            **self._prepare_delivery(difference),
        }
        try:
            self._note(values)
        except UniqueViolation:
            return self._fail(
                self.env._("%s there belongs to another invoice here: look at both.", remote.number)
            )
        self._enqueue_delivery()
        return "sent"

    def _get_remote_values(self, remote):
        """Return what is kept of a document as it is at the provider, to compare it with later."""
        return {
            "external_id": remote.external_id,
            "external_number": remote.number,
            "external_total": float(remote.total),
            "external_customer": remote.customer,
            "fingerprint": remote.fingerprint,
        }

    def _describe_difference(self, remote, document):
        total = -document.total if document.is_credit else document.total
        if remote.customer and remote.customer != document.customer:
            return self.env._(
                "It belongs to customer %(found)s there, not %(expected)s.",
                found=remote.customer,
                expected=document.customer,
            )
        if remote.currency and remote.currency != document.currency:
            return self.env._(
                "The currency there is %(found)s, not %(expected)s.",
                found=remote.currency,
                expected=document.currency,
            )
        if abs(remote.total) != abs(total):
            return self.env._(
                "The total there is %(found)s, not %(expected)s.",
                found=self._show_amount(remote.total),
                expected=self._show_amount(total),
            )
        return False

    def _try_later(self, error):
        """Plan the next attempt, or leave it to a person after too many."""
        attempts = self._read_apart("attempts")
        self._note({"reason": str(error)})
        pauses = self.backend_id._get_retry_seconds()
        if attempts > len(pauses):
            return self._fail(str(error))
        seconds = pauses[max(attempts, 1) - 1]
        return RetryableJobError(str(error), seconds, ignore_retry=True)

    def _fail(self, reason):
        # what may have been done is looked up first when somebody tries again
        is_uncertain = self.state == "attempting"
        self._note({"state": "failed", "reason": reason, "is_uncertain": is_uncertain})
        return "failed"

    def _note(self, values):
        """Write values in a transaction of their own, and read them here from now on."""
        # A cursor of its own: what was sent stays sent, whatever becomes of the job.
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr)).write(values)
        self._remember(values)

    def _remember(self, values):
        """Let the job read what was committed apart from it."""
        for name, value in values.items():
            self._fields[name]._update_cache(self, value)

    def _read_apart(self, name):
        # A cursor of its own: the job's snapshot is older than its own notes.
        with self.env.registry.cursor() as cr:
            return self.with_env(self.env(cr=cr))[name]

    @contextlib.contextmanager
    def _hold_alone(self):
        """Keep other workers from running this export; ended by the database if we die.

        :raise RetryableJobError: when another one is at it
        """
        # A cursor of its own, whose transaction is the lock's.
        with self.env.registry.cursor() as cr:
            # SQL: the ORM has no lock that ends by itself when a worker dies.
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, self.id])
            if not cr.fetchone()[0]:
                raise RetryableJobError("Another worker is at it.", 10, ignore_retry=True)
            yield
