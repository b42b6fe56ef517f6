"""The PostgreSQL server in use: the work folder's own cluster, or the one the user named."""

import dataclasses
import urllib.parse

from suite import process
from suite.cluster import ROLE, Cluster
from suite.errors import CommandFailed, SuiteError
from suite.pg_binaries import binaries


@dataclasses.dataclass(frozen=True)
class Connection:
    """How to reach a PostgreSQL server; `host` may be the folder of a socket."""

    host: str
    port: int
    user: str
    password: str = ""

    def dsn(self, database):
        """Return a connection string for psycopg2 and libpq."""
        parts = {"host": self.host, "port": self.port, "user": self.user, "dbname": database}
        if self.password:
            parts["password"] = self.password
        return " ".join(f"{name}={_quoted(value)}" for name, value in parts.items())

    def environment(self):
        """Return libpq's variables for programs such as psql and pg_dump."""
        variables = {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user}
        return variables | ({"PGPASSWORD": self.password} if self.password else {})


def _quoted(value):
    """Quote a value of a libpq connection string.

    >>> _quoted("it's")
    "'it\\\\'s'"
    """
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def connection(settings):
    """Return the :class:`Connection` of the server in use; does not start anything."""
    if settings.database_url:
        return parse_url(settings.database_url)
    cluster = Cluster(settings)
    return Connection(str(cluster.socket_folder), cluster.port(), ROLE)


def parse_url(url):
    """Read a `postgresql://` address.

    >>> parse_url("postgresql://odoo:p%40ss@db.example:5433/").password
    'p@ss'
    """
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        parts = None
    if not parts or parts.scheme not in ("postgresql", "postgres") or not parts.username:
        raise SuiteError(
            "SUITE_DATABASE_URL must look like postgresql://user:password@host:5432; correct or unset it."
        )
    if parts.username == "postgres":
        raise SuiteError(
            "Odoo refuses to work as the role postgres; name another one in SUITE_DATABASE_URL."
        )
    unquote = urllib.parse.unquote
    return Connection(
        unquote(parts.hostname or "localhost"),
        port,
        unquote(parts.username),
        unquote(parts.password or ""),
    )


def ensure_running(settings):
    """Make the server answer, starting (or restarting) the own cluster if need be.

    :return: True when this call started it
    :raise SuiteError: when it cannot be made to answer
    """
    if settings.database_url:
        _require_answer(settings)
        return False
    return Cluster(settings).start()


def _require_answer(settings):
    """Refuse when the user's own server is away, or its role may not make databases."""
    target = connection(settings)
    program = binaries(settings) / "psql"
    statement = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    try:
        answer = process.run(
            [program, "-qAtX", "-d", "postgres", "-c", statement],
            env=settings.child_environment(PGCONNECT_TIMEOUT=10, **target.environment()),
        )
    except CommandFailed as error:
        reason = error.output.strip().splitlines()[:1]
        raise SuiteError(
            f"The server of SUITE_DATABASE_URL does not let us in: {' '.join(reason)}"
        ) from error
    if answer.strip() != "t":
        raise SuiteError(
            f"The role {target.user} of SUITE_DATABASE_URL may not create databases; grant it CREATEDB."
        )
