from datetime import datetime

from odoo import api, models
from odoo.tools import SQL

from ..exceptions import InvalidArgument
from ..rules.arguments import Text, Whole

SINCE = Text("since", "next of the answer before; nothing: from the beginning", default="")
LIMIT = Whole("limit", "rows at most", most=500, default=100)

#: How long a transaction that has not written yet holds lists back, in minutes. Requests and jobs
#: are ended long before; what is open for longer is a backup.
IDLE_MINUTES = 60


class IntegratorApi(models.AbstractModel):
    """Lists of what changed since the last one, that miss nothing."""

    _inherit = "integrator.api"

    @api.model
    def _list_changes(self, model, domain, since, limit, tell):
        """Return a page of records by the moment of their last change.

        ``write_date`` is when a transaction began, not when it was committed: what a slow one wrote
        can appear behind what is listed already. So only what is older than every transaction that
        is still open is listed; the rest is in the next answer. That horizon is read before the
        snapshot of the records is taken, else a transaction could end in between unseen.

        :param since: ``next`` of an answer before, or nothing
        :param tell: called with a record, returns a dict of plain values
        :return: dict with ``rows``, ``next``, ``more``
        :raise InvalidArgument: `since` is no such text
        """
        position = self._read_position(since)
        horizon = self._read_horizon()
        # A cursor of its own: its snapshot begins after the horizon was read; it only reads.
        with self.env.registry.cursor() as cr:
            records = self.env(cr=cr)[model].with_context(active_test=False)
            found = self._find_changes(records, domain, position, horizon, limit + 1)
            rows = [tell(records.browse(record_id)) for record_id, _moment in found[:limit]]
        last = found[:limit][-1:]
        return {
            "rows": rows,
            "next": f"{last[0][1].isoformat()}~{last[0][0]}" if last else since or "",
            "more": len(found) > limit,
        }

    @api.model
    def _read_position(self, since):
        if not since:
            return (datetime.min, 0)
        moment, _separator, record_id = since.partition("~")
        try:
            return (datetime.fromisoformat(moment).replace(tzinfo=None), int(record_id))
        except ValueError:
            raise InvalidArgument(
                self.env._("since must be the next of an answer before.")
            ) from None

    @api.model
    def _read_horizon(self):
        """Return the moment when the oldest open transaction of the database began."""
        # A cursor of its own: it is read before the snapshot, see _list_changes.
        with self.env.registry.cursor() as cr:
            statement = SQL(
                """SELECT min(xact_start) AT TIME ZONE 'UTC' FROM pg_stat_activity
                        WHERE datname = current_database()
                          AND (backend_xid IS NOT NULL
                               OR xact_start > now() - make_interval(mins => %s))""",
                IDLE_MINUTES,
            )
            # A constant statement; it tells when sessions began, and nothing else of them.
            cr.execute(statement)
            return cr.fetchone()[0]

    @api.model
    def _find_changes(self, records, domain, position, horizon, limit):
        query = records._search(domain, order="write_date, id", limit=limit)
        moment = SQL.identifier(query.table, "write_date")
        record_id = SQL.identifier(query.table, "id")
        # SQL, because the order is that of two columns together, to the microsecond.
        query.add_where(SQL("(%s, %s) > (%s, %s)", moment, record_id, *position))
        query.add_where(SQL("%s < %s", moment, horizon))
        # The query of a search, for what is the integrator's; ids and moments are read.
        return records.env.execute_query(query.select(record_id, moment))
