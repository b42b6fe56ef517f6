import json
import time

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..const import MAX_PAUSE
from ..rules import limits

TRIES = 50


class AccountingLimiter(models.Model):
    """The calls a backend made lately, counted for all workers of all servers together.

    A row of its own: its updates never stand in the way of whoever edits the backend.
    """

    _name = "accounting.limiter"
    _description = "Limiter of an accounting backend"
    _log_access = False

    backend_id = fields.Many2one("accounting.backend", required=True, ondelete="cascade")
    taken = fields.Text(required=True, help="Seconds since 1970 of the last calls, as JSON.")
    blocked_until = fields.Float(
        digits=False, help="Seconds since 1970 until which the provider wants no call."
    )

    _backend_unique = models.UniqueIndex("(backend_id)", "There already.")

    @api.model
    def _take_apart(self, backend, limit, cost):
        """Take a place for a call, or tell how long to wait for one.

        :param limit: a :class:`providers.base.Limit`
        :return: seconds to wait, 0 when the place is taken
        """

        def take(kept, blocked_until, now):
            # further away than any pause: by a clock that was set back since
            if now < blocked_until <= now + MAX_PAUSE:
                return blocked_until - now, kept, blocked_until
            wait, kept = limits.take(kept, now, limit.calls, limit.seconds, cost)
            return wait, kept, 0.0

        return self._change_apart(backend, take, otherwise=limit.seconds)

    @api.model
    def _block_apart(self, backend, seconds):
        """Let nobody call for so many seconds."""
        self._change_apart(
            backend,
            lambda kept, blocked_until, now: (0, kept, max(blocked_until, now + seconds)),
            otherwise=0,
        )

    @api.model
    def _get_calls_left(self, backend, limit):
        """Return how many calls may be made at once now."""
        return self._count_calls_left({backend: limit})[backend]

    @api.model
    def _count_calls_left(self, limits):
        """Return {backend: how many calls may be made at once now}.

        :param limits: {backend: :class:`providers.base.Limit`}
        """
        now = time.time()
        backends = self.env["accounting.backend"].union(*limits)
        held = self.search([("backend_id", "in", backends.ids)]).grouped("backend_id")
        return {
            backend: held.get(backend, self.browse())._count_left(limit, now)
            for backend, limit in limits.items()
        }

    def _count_left(self, limit, now):
        if now < self.blocked_until <= now + MAX_PAUSE:
            return 0
        taken = json.loads(self.taken or "[]")
        recent = [one for one in taken if now - limit.seconds < one < now + limit.seconds]
        return limit.calls - len(recent)

    @api.model
    def _change_apart(self, backend, change, otherwise):
        for _attempt in range(TRIES):
            try:
                # A cursor of its own: a call counts, whatever becomes of the caller.
                with self.env.registry.cursor() as cr:
                    return self._change_locked(cr, backend, change)
            except SerializationFailure:
                time.sleep(0.02)
        return otherwise

    def _change_locked(self, cr, backend, change):
        # SQL: locked by an UPDATE before it is read, so that two workers never take the same
        # place; by the database's clock, which is one for all servers.
        cr.execute(
            """
            INSERT INTO accounting_limiter (backend_id, taken, blocked_until) VALUES (%s, '[]', 0)
            ON CONFLICT (backend_id) DO UPDATE SET taken = accounting_limiter.taken
            RETURNING id, taken, blocked_until, extract(epoch FROM clock_timestamp())
            """,
            [backend.id],
            log_exceptions=False,
        )
        row, taken, blocked_until, now = cr.fetchone()
        answer, taken, blocked_until = change(
            json.loads(taken), float(blocked_until or 0), float(now)
        )
        # SQL: the row that was locked above.
        cr.execute(
            "UPDATE accounting_limiter SET taken = %s, blocked_until = %s WHERE id = %s",
            [json.dumps(taken), blocked_until, row],
        )
        return answer
