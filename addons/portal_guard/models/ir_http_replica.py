"""Which pages are read from the replica: those that only read, of people who see their own writes there.

Odoo reads a route declared ``readonly`` from the server that ``db_replica_host`` names, whatever that
has replayed. Here every route asks first. Without a replica nothing is asked.
"""

import functools
import logging
import time
from contextlib import closing

import psycopg2

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL, config

from ..const import REPLICA_COOKIE
from ..rules import replica

_logger = logging.getLogger(__name__)


class ReplicaChoice:
    """A route's ``readonly``, asked again for each request.

    :param declared: what the route says: a boolean, or a function of Odoo's kind
    """

    def __init__(self, declared):
        self.declared = declared

    def __call__(self, controller, rule, args):
        """Return whether this request is read from the replica."""
        wanted = self.declared
        if callable(wanted):
            wanted = wanted(controller, rule, args)
        return request.env["ir.http"]._choose_replica(wanted) if has_replica() else wanted


def has_replica():
    """Tell whether this server was given a replica."""
    return bool(config["db_replica_host"])


class IrHttp(models.AbstractModel):
    """People read their own writes, and nothing from a replica that has fallen behind."""

    _inherit = "ir.http"

    #: One for each worker process.
    _replica_health = replica.Health()

    def _generate_routing_rules(self, modules, converters):
        """Override of ``base``: every route asks which server it is read from."""
        for url, endpoint in super()._generate_routing_rules(modules, converters):
            declared = endpoint.routing["readonly"]
            if not isinstance(declared, ReplicaChoice):
                endpoint.routing["readonly"] = ReplicaChoice(declared)
            yield url, endpoint

    @api.model
    def _choose_replica(self, wanted):
        """Return whether this request is read from the replica, on whose cursor it has begun.

        :param wanted: what the route declares
        """
        if not self.env.cr.readonly:
            self._try_replica_again()
            return wanted
        mark = replica.read_mark(request.cookies.get(REPLICA_COOKIE))
        if not self._is_replica_well() or (mark and not self._is_replayed(*mark)):
            self._ask_primary_for_changes()
            return False
        # Programs with a key have no cookies: nobody knows what they wrote.
        return wanted and "Authorization" not in request.httprequest.headers

    @api.model
    def _is_replica_well(self):
        """Tell whether the replica follows; at the second bad look, leave it alone for a while."""
        health, now = self._replica_health, time.monotonic()
        if health.is_due(now) and health.note(self._look_at_replica(), now):
            _logger.warning("The replica does not follow; all is read from the primary for a while")
            # What Odoo does by itself with a replica that cannot be reached.
            self.env.registry._db_readonly_failed_time = now
            return False
        return health.well

    @api.model
    def _look_at_replica(self):
        """Ask the replica whether it follows and is not too far behind."""
        # SQL: no table is read. A server that is no replica any more is none to read from: nobody
        # knows what it has missed since. Where nothing is new, the last commit may be old.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN pg_is_in_recovery()
                       THEN EXISTS (SELECT FROM pg_stat_wal_receiver)
                            AND NOT pg_is_wal_replay_paused()
                            AND (pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn()
                                 OR clock_timestamp() - pg_last_xact_replay_timestamp()
                                    < make_interval(secs => %s))
                       ELSE false END
                """,
                replica.MOST_BEHIND,
            )
        )
        return bool(rows[0][0])

    @api.model
    def _is_replayed(self, position, moment):
        """Tell whether the replica has what this visitor wrote.

        :param position: bytes of the primary's log after the write
        :param moment: of the write, in seconds since 1970
        """
        if replica.is_young(moment, time.time()) or not self._has_replayed(position):
            return False
        # What this transaction sees was settled before the question: begin another one. Odoo asked in
        # the first one what others changed, this one may see more.
        self.env.cr.rollback()
        registry = self.env.registry
        request.registry = registry.check_signaling(self.env.cr)
        # With other modules than before, this environment is none to go on in.
        return request.registry is registry

    @api.model
    def _has_replayed(self, position):
        # SQL: no table is read; null on a server that is no replica.
        rows = self.env.execute_query(
            SQL("SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn >= %s", position)
        )
        return bool(rows[0][0])

    @api.model
    def _ask_primary_for_changes(self):
        """Drop what this worker remembers and others have changed since.

        Odoo has asked the replica, which does not know it yet: a new password would still be the
        old one here.
        """
        registry = request.registry
        self.env.cr.close()  # the replica's, which Odoo would close next
        # A cursor of its own, which only reads: Odoo opens the request's own after this choice.
        with closing(registry.cursor()) as cr:
            request.registry = registry.check_signaling(cr)

    @api.model
    def _try_replica_again(self):
        """Forget that the replica was away, after a while; Odoo itself waits twenty minutes."""
        registry = self.env.registry
        failed = registry._db_readonly_failed_time
        if failed is not None and time.monotonic() > failed + replica.LEFT_ALONE:
            registry._db_readonly_failed_time = None

    @classmethod
    def _post_dispatch(cls, response):
        """Override of ``base``: note for the visitor's next page how far the primary was."""
        super()._post_dispatch(response)
        if not has_replica() or not request.session.can_save:
            return
        if not request.env.cr.readonly:
            # Only after the commit is its place in the log known; what fails leaves no mark.
            request.env.cr.postcommit.add(functools.partial(_mark, request.env.cr, response))


def _mark(cr, response):
    position = None
    try:
        # SQL: no table is read. The transaction that this begins is rolled back with the cursor.
        cr.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", log_exceptions=False)
        (position,) = cr.fetchone()
    except psycopg2.Error:
        # It is committed and must not become an error: the visitor reads from the primary.
        _logger.warning("The position of the primary's log could not be read", exc_info=True)
    # It runs out by itself: whoever took it away could take that of a newer write, whose answer was faster.
    response.set_cookie(
        REPLICA_COOKIE,
        replica.write_mark(position, time.time()),
        max_age=replica.KEPT,
        expires=None,
        httponly=True,
        samesite="Lax",
        secure=request.httprequest.scheme == "https",
    )
