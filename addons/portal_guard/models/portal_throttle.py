import contextlib

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..const import COUNT_TRIES
from ..rules import links


class PortalThrottle(models.Model):
    """How often something was asked for from outside, counted for all workers together."""

    _name = "portal.throttle"
    _description = "Throttle of the portal"
    _log_access = False

    key = fields.Char(required=True, help="Who asked for what, not readable.")
    since = fields.Datetime(required=True, index=True, help="Begin of the window.")
    count = fields.Integer(required=True, help="How often since then.")

    _key_unique = models.UniqueIndex("(key)", "Counted already.")

    @api.model
    def _hit(self, limit, who):
        """Count one more try and tell whether it is still permitted.

        :param limit: a :class:`..rules.limits.Limit`
        :param who: whose tries are counted together: an address of mail or network
        """
        # One statement counts and reads, so two at once cannot both be the last permitted one.
        self.env.cr.execute(
            """
            INSERT INTO portal_throttle (key, since, count) VALUES (%(key)s, %(now)s, 1)
            ON CONFLICT (key) DO UPDATE
                SET count = CASE WHEN portal_throttle.since BETWEEN %(start)s AND %(soon)s
                                 THEN portal_throttle.count + 1 ELSE 1 END,
                    since = CASE WHEN portal_throttle.since BETWEEN %(start)s AND %(soon)s
                                 THEN portal_throttle.since ELSE %(now)s END
            RETURNING count
            """,
            {
                "key": self._get_key(limit, who),
                "now": fields.Datetime.now(),
                "start": fields.Datetime.subtract(fields.Datetime.now(), minutes=limit.minutes),
                # other servers' clocks may be ahead a little; further, it was set back since
                "soon": fields.Datetime.add(fields.Datetime.now(), minutes=1),
            },
            # Two at once that fail to serialize are repeated: nothing to report.
            log_exceptions=False,
        )
        return self.env.cr.fetchone()[0] <= limit.times

    @api.model
    def _hit_apart(self, tries):
        """Count tries for good, whatever becomes of the transaction that asks.

        :param tries: list of ``(limit, who)``, the ones that more people share first
        :return: whether all are still permitted
        """

        def count(throttle):
            permitted = [throttle._hit(limit, who) for limit, who in tries]
            return all(permitted)

        return self._apart(count)

    @api.model
    def _give_back_apart(self, tries):
        """Take tries off again that turned out to be good ones."""

        def give_back(throttle):
            for limit, who in tries:
                # SQL: one statement takes off. One by one, in the order in which they were
                # counted, so that two never wait for each other.
                throttle.env.cr.execute(
                    "UPDATE portal_throttle SET count = count - 1 WHERE key = %s AND count > 0",
                    [throttle._get_key(limit, who)],
                )

        self._apart(give_back)

    @api.model
    def _apart(self, work):
        """Run work in a transaction of its own; one that never gets through permits nothing."""
        for _attempt in range(COUNT_TRIES):
            # A cursor of its own: a wrong password rolls the page's back.
            with contextlib.suppress(SerializationFailure), self.env.registry.cursor() as cr:
                return work(self.with_env(self.env(cr=cr)))
        return False

    @api.model
    def _get_key(self, limit, who):
        return links.digest(f"{limit.name} {who}")

    @api.autovacuum
    def _gc_windows(self):
        """Forget windows that ended; no throttle is longer than a day."""
        now = fields.Datetime.now()
        day = (fields.Datetime.subtract(now, days=1), fields.Datetime.add(now, days=1))
        # SQL: nothing depends on these rows, and no user may touch them through the ORM.
        self.env.cr.execute("DELETE FROM portal_throttle WHERE since NOT BETWEEN %s AND %s", day)
