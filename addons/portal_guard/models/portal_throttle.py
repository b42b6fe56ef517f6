from odoo import api, fields, models

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
                SET count = CASE WHEN portal_throttle.since < %(start)s THEN 1
                                 ELSE portal_throttle.count + 1 END,
                    since = CASE WHEN portal_throttle.since < %(start)s THEN %(now)s
                                 ELSE portal_throttle.since END
            RETURNING count
            """,
            {
                "key": links.digest(f"{limit.name} {who}"),
                "now": fields.Datetime.now(),
                "start": fields.Datetime.subtract(fields.Datetime.now(), minutes=limit.minutes),
            },
        )
        return self.env.cr.fetchone()[0] <= limit.times

    @api.autovacuum
    def _gc_windows(self):
        """Forget windows that ended; no throttle is longer than a day."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        # SQL: nothing depends on these rows, and no user may touch them through the ORM.
        self.env.cr.execute("DELETE FROM portal_throttle WHERE since < %s", [yesterday])
