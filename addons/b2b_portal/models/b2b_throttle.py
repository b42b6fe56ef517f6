from odoo import api, fields, models

from ..const import THROTTLES
from ..rules import links


class B2bThrottle(models.Model):
    """How often something was asked for from outside, counted for all workers together."""

    _name = "b2b.throttle"
    _description = "Throttle of the B2B portal"
    _log_access = False

    key = fields.Char(required=True, help="Who asked for what, not readable.")
    since = fields.Datetime(required=True, index=True, help="Begin of the window.")
    count = fields.Integer(required=True, help="How often since then.")

    _key_unique = models.UniqueIndex("(key)", "Counted already.")

    @api.model
    def _hit(self, kind, who):
        """Count one more try and tell whether it is still permitted.

        :param kind: a key of ``const.THROTTLES``
        :param who: whose tries are counted together: an address of mail or network
        """
        times, minutes = THROTTLES[kind]
        # One statement counts and reads, so two at once cannot both be the last permitted one.
        self.env.cr.execute(
            """
            INSERT INTO b2b_throttle (key, since, count) VALUES (%(key)s, %(now)s, 1)
            ON CONFLICT (key) DO UPDATE
                SET count = CASE WHEN b2b_throttle.since < %(start)s THEN 1
                                 ELSE b2b_throttle.count + 1 END,
                    since = CASE WHEN b2b_throttle.since < %(start)s THEN %(now)s
                                 ELSE b2b_throttle.since END
            RETURNING count
            """,
            {
                "key": links.digest(f"{kind} {who}"),
                "now": fields.Datetime.now(),
                "start": fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes),
            },
        )
        return self.env.cr.fetchone()[0] <= times

    @api.autovacuum
    def _gc_windows(self):
        """Forget windows that ended; no throttle is longer than a day."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        # SQL: nothing depends on these rows, and no user may touch them through the ORM.
        self.env.cr.execute("DELETE FROM b2b_throttle WHERE since < %s", [yesterday])
