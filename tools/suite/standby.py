"""A PostgreSQL primary with a replica that follows it, both in one work folder.

The replica streams over the primary's socket and answers queries while it follows (hot standby).
A slot keeps what it has not read yet, so that it goes on after a pause.
"""

import shutil
import types

from suite import database, output
from suite.cluster import ROLE, Cluster
from suite.errors import CommandFailed

SLOT = "replica"
#: What a replica that is away may cost in disk; with more it is made anew.
KEPT_FOR_REPLICA = "2GB"


class Primary(Cluster):
    """The server that is written to; begins as a copy of another cluster's files.

    :param source: the running :class:`suite.cluster.Cluster` to copy
    """

    EXTRA_OPTIONS = types.MappingProxyType({
        "wal_level": "replica",
        "max_wal_senders": "10",
        "max_slot_wal_keep_size": KEPT_FOR_REPLICA,
    })  # fmt: skip

    def __init__(self, settings, source):
        super().__init__(settings)
        self.source = source

    def _create(self):
        _copy(self, self.source)


class Replica(Cluster):
    """The server that follows the primary and answers what only reads."""

    TITLE = "PostgreSQL's replica"
    EXTRA_OPTIONS = types.MappingProxyType({
        "hot_standby": "on",
        # the primary keeps the rows that a query here still needs, else vacuum cancels queries
        "hot_standby_feedback": "on",
        "wal_receiver_status_interval": "1s",
        "wal_retrieve_retry_interval": "1s",
    })  # fmt: skip

    def __init__(self, settings):
        super().__init__(settings, "pg-replica")
        self.primary = Cluster(settings)

    def start(self):
        """Start it; one that cannot follow any more, or follows another primary, is made anew."""
        if self.data.exists() and not self._slot_usable():
            self.remove()
        return super().start()

    def remove(self):
        """Stop it and throw its files away; the next start makes it anew."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def promote(self):
        """Make it a primary of its own, which is written to; the old one must stay off."""
        self._run("pg_ctl", "promote", "-w", "-D", self.data)

    def state(self):
        """Return (how it follows, bytes it is behind), as the primary sees it; None when it does not."""
        rows = database.query(
            self.settings,
            "SELECT state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint"
            " FROM pg_stat_replication",
        )
        return (rows[0][0], int(rows[0][1] or 0)) if rows else None

    def _slot_usable(self):
        rows = database.query(
            self.settings,
            f"SELECT wal_status <> 'lost' FROM pg_replication_slots WHERE slot_name = '{SLOT}'",
        )
        return rows == [["t"]]

    def _create(self):
        database.query(
            self.settings,
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            f" WHERE slot_name = '{SLOT}'",
        )
        try:
            _copy(self, self.primary, "--write-recovery-conf", "--create-slot", f"--slot={SLOT}")
        except CommandFailed:
            shutil.rmtree(self.folder / "data.new", ignore_errors=True)
            raise


def _copy(target, source, *options):
    """Copy a running cluster's files, as a backup would."""
    temporary = target.folder / "data.new"
    shutil.rmtree(temporary, ignore_errors=True)
    output.say(f"   copying from {source.folder.name} of {source.settings.data.name}")
    target._run(
        "pg_basebackup", "--pgdata", temporary, "--host", source.socket_folder,
        "--port", source.port(), "--username", ROLE, "--checkpoint=fast", "--wal-method=stream",
        "--no-sync", *options,
    )  # fmt: skip
    temporary.rename(target.data)
