import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import sender
from ..rules import delivery

_logger = logging.getLogger(__name__)

#: Events that are looked at together.
BATCH = 50
#: How long events are kept, in days, after they were sent or given up.
KEPT_DAYS = 30


class IntegratorEvent(models.Model):
    """A message to a webhook: written with what happened, sent until it arrives or is given up."""

    _name = "integrator.event"
    _description = "Event for an integrator"
    _order = "id desc"
    _rec_name = "uid"

    webhook_id = fields.Many2one(
        "integrator.webhook",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Where it is sent.",
    )
    company_id = fields.Many2one(
        related="webhook_id.company_id", store=True, help="Where it happened."
    )
    topic = fields.Char(required=True, readonly=True, help="What kind of event it is.")
    uid = fields.Char(
        string="Event ID",
        required=True,
        readonly=True,
        help="The same in every try, so that the receiver can tell a repetition.",
    )
    body = fields.Text(string="Message", required=True, readonly=True, help="As it is sent.")
    state = fields.Selection(
        [("pending", "To send"), ("sent", "Sent"), ("dead", "Given up")],
        required=True,
        readonly=True,
        default="pending",
        help="What became of it.",
    )
    tries = fields.Integer(readonly=True, help="How often it was sent.")
    due_at = fields.Datetime(
        string="Next try",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="Not before.",
    )
    sent_at = fields.Datetime(string="Arrived", readonly=True, help="When the receiver took it.")
    reason = fields.Char(readonly=True, help="Why the last try failed.")

    _uid_unique = models.UniqueIndex("(uid)", "An event has its own id.")
    # Used by the job that sends them.
    _due_idx = models.Index("(due_at, id) WHERE state = 'pending'")

    def action_send_again(self):
        """Begin anew with events that were given up.

        :return: True
        :raise AccessError: the user is no administrator
        """
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators send events again."))
        # Superuser: messages are written by the system only; checked above.
        self.sudo().filtered(lambda event: event.state == "dead").write(
            {"state": "pending", "tries": 0, "due_at": fields.Datetime.now()}
        )
        self.env.ref("integrator_api.ir_cron_deliver").sudo()._trigger()  # as above
        return True

    # === SENDING === #

    @api.model
    def _deliver(self):
        """Send what is due, the oldest first; called by the job.

        Each try is committed by itself: a job that is killed sends one message again at most.
        A webhook that fails gets nothing more in this run, so that it delays the others once only.
        """
        cron, failed = self.env["ir.cron"], set()
        while events := self.search(self._get_due_domain(failed), order="id", limit=BATCH):
            for event in events:
                if event.webhook_id.id in failed:
                    continue
                if not event._try_to_send():
                    failed.add(event.webhook_id.id)
                if not cron._commit_progress(1):
                    return  # out of time: the next run goes on

    @api.model
    def _get_due_domain(self, failed):
        now = fields.Datetime.now()
        return [
            ("state", "=", "pending"),
            # further away than any pause: put off by a clock that was set back since
            "|",
            ("due_at", "<=", now),
            ("due_at", ">", now + delivery.LONGEST_PAUSE),
            ("webhook_id", "not in", list(failed)),
            ("webhook_id.active", "=", True),
            ("webhook_id.client_id.valid_until", ">", now),
        ]

    def _try_to_send(self):
        """Send the event once and keep what came of it; return whether it arrived."""
        self.ensure_one()
        hook, body, stamp = self.webhook_id, self.body.encode(), int(time.time())
        headers = {
            "X-Event-Id": self.uid,
            "X-Timestamp": str(stamp),
            "X-Signature": delivery.sign(hook._get_secret(), stamp, body),
        }
        try:
            sender.send(hook.url, body, headers, allow_loopback=hook._allows_loopback())
        except sender.NotDelivered as error:
            self._note_failure(self._describe_failure(error))
            return False
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "tries": self.tries + 1,
                "reason": False,
            }
        )
        return True

    @api.model
    def _describe_failure(self, error):
        """Return the sentence for what kept an event from arriving."""
        sentences = {
            "address": self.env._("The address is not permitted any more."),
            "unknown": self.env._("The name of the server is not known."),
            "private": self.env._("The name of the server leads into a private network."),
            "certificate": self.env._("The certificate of the server is not accepted."),
            "slow": self.env._("The server took too long to answer."),
            "unreachable": self.env._("The server could not be reached."),
            "answer": self.env._("The server answered: %s", error.detail),
        }
        return sentences[error.code]

    def _note_failure(self, reason):
        tries = self.tries + 1
        wait = delivery.pause(tries)
        _logger.info("event %s not delivered, try %s: %s", self.uid, tries, reason[:80])
        self.write(
            {
                "tries": tries,
                "reason": reason,
                "state": "pending" if wait else "dead",
                "due_at": fields.Datetime.now() + (wait or timedelta()),
            }
        )

    @api.autovacuum
    def _gc_events(self):
        """Delete what was sent or given up long ago."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search([("state", "!=", "pending"), ("due_at", "<", before)], limit=10_000)
        old.unlink()
