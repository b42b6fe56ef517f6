"""What comes back: payments every hour, differences every night, and jobs that got lost."""

import contextlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import LOOK_AGAIN, LOOK_DAYS, SYNC_OVERLAP, UNFINISHED
from ..exceptions import ProviderError, Throttled, Unavailable

#: States of a job that will still run.
LIVING = ("wait_dependencies", "pending", "enqueued", "started")


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    registers_payments = fields.Boolean(
        string="Register payments",
        help="Payments at the provider are booked on the invoices here. Otherwise they are shown.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        help="Where they are booked.",
    )
    last_sync = fields.Datetime(
        readonly=True,
        copy=False,
        string="Payments until",
        help="Until when the provider was asked for payments.",
    )
    payment_ids = fields.One2many("accounting.payment", "backend_id", readonly=True)
    drift_ids = fields.One2many("accounting.drift", "backend_id", readonly=True)

    @api.constrains("registers_payments", "payment_journal_id")
    def _check_payment_journal(self):
        for backend in self:
            if backend.registers_payments and not backend.payment_journal_id:
                raise ValidationError(
                    self.env._("Choose the journal in which %s registers payments.", backend.name)
                )

    # --- payments ---

    @api.model
    def _cron_fetch_payments(self):
        """Queue one job for each connected backend."""
        self.search([("state", "=", "connected")])._enqueue_sync()

    def _enqueue_sync(self):
        for backend in self:
            backend.with_delay(
                identity_key=f"accounting_sync_{backend.id}",
                description=self.env._("%s: payments", backend.name),
            )._sync()

    def action_sync(self):
        """Button: ask the provider for payments now, in the background."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "connected":
            raise UserError(self.env._("Connect %s first.", self.name))
        self._enqueue_sync()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Payments are fetched; they will stand under “Payments There”."
                ),
            },
        }

    def _sync(self):
        """Queue a look at each document whose payments may have changed (job).

        How far it got is written in the transaction that queues them: neither happens alone.

        :return: how many are looked at
        :raise RetryableJobError: when the provider cannot tell now
        """
        self.ensure_one()
        began = fields.Datetime.now()
        with self._trying_again():
            exports = self._find_changed(self._fetch_changed())
            exports._enqueue_look()
            self.last_sync = began
            return len(exports)
        return 0

    def _find_changed(self, changed):
        """Return the sent exports with these IDs there, the unpaid ones for None."""
        domain = fields.Domain("backend_id", "=", self.id) & fields.Domain("state", "=", "sent")
        if changed is None:
            domain &= self._get_unpaid_domain()
        else:
            domain &= fields.Domain("external_id", "in", changed)
        return self.env["accounting.export"].search(domain)

    @contextlib.contextmanager
    def _trying_again(self):
        """Bring a job back for what passes by itself; note at the backend what does not.

        A refusal ends the block, not the caller.

        :raise RetryableJobError: when the provider cannot tell now
        """
        try:
            yield
        except Throttled as error:
            raise RetryableJobError(str(error), error.seconds, ignore_retry=True) from None
        except Unavailable as error:
            raise RetryableJobError(str(error), LOOK_AGAIN) from None
        except ProviderError as error:
            self._note_failure(error)

    @api.model
    def _get_unpaid_domain(self):
        """Return the exports that something is left to pay of there, or that nobody looked at."""
        unpaid = fields.Domain("synced_at", "=", False)
        unpaid |= fields.Domain("external_balance", ">", 0)
        return unpaid | fields.Domain("external_balance", "<", 0)

    def _fetch_changed(self):
        """Return the IDs of what changed since the last time, or None when that cannot be told."""
        if not self.last_sync:
            return None
        changed = self._require_connection().fetch_changed(
            self.last_sync - timedelta(seconds=SYNC_OVERLAP)
        )
        return None if changed is None else list(changed)

    # --- differences ---

    @api.model
    def _cron_look(self):
        """Queue a look at all documents that may still change: young, unpaid, or different."""
        since = fields.Datetime.now() - timedelta(days=LOOK_DAYS)
        domain = fields.Domain("sent_at", ">=", since)
        domain |= self._get_unpaid_domain()
        domain |= fields.Domain("drift_ids.state", "=", "open")
        domain &= fields.Domain("state", "=", "sent")
        domain &= fields.Domain("backend_id.state", "=", "connected")
        self.env["accounting.export"].search(domain)._enqueue_look()

    def _ask_to_repair(self):
        """Give whoever connected it one activity while differences are open."""
        warning = "mail.mail_activity_data_warning"
        for backend in self:
            count = self.env["accounting.drift"].search_count(
                [("backend_id", "=", backend.id), ("state", "=", "open")]
            )
            asked = backend.activity_search([warning])
            if not count:
                asked.unlink()
            elif not asked:
                backend.activity_schedule(
                    warning,
                    summary=self.env._("Invoices differ from %s", backend.name),
                    note=self.env._("See Connectors > Differences."),
                    user_id=backend.create_uid.id,
                )

    # --- jobs that got lost ---

    @api.model
    def _cron_requeue(self):
        """Queue exports and deliveries again whose job is gone, such as one that somebody deleted.

        :return: the exports
        """
        exports = self.env["accounting.export"]
        connected = fields.Domain("backend_id.state", "=", "connected")
        waiting = exports.search(connected & fields.Domain("state", "in", UNFINISHED))
        undelivered = exports.search(connected & fields.Domain("delivery", "in", UNFINISHED))
        keys = {one: one._get_job_key() for one in waiting}
        keys |= {one: one._get_delivery_key() for one in undelivered}
        # Superuser: the queue belongs to its own managers.
        jobs = self.env["queue.job"].sudo()
        living = jobs.search([("identity_key", "in", list(keys.values())), ("state", "in", LIVING)])
        kept = set(living.mapped("identity_key"))
        lost = exports.union(*(one for one, key in keys.items() if key not in kept))
        (lost & waiting)._enqueue()
        (lost & undelivered)._enqueue_delivery()
        return lost
