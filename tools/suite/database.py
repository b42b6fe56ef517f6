"""Databases: SQL, create, clone, drop.

Used by the bench and the tests over the wire as well; every function takes the
:class:`suite.settings.Settings` first and expects a running server
(:func:`suite.postgres.ensure_running`).
"""

import re

from suite import postgres, process
from suite.errors import CommandFailed, SuiteError

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def dsn(settings, name):
    """Return the psycopg2 connection string of a database."""
    return postgres.connection(settings).dsn(name)


def query(settings, statement, name="postgres"):
    """Run one SQL statement and return its rows as lists of texts.

    :param name: the database to run it in
    :raise CommandFailed: when PostgreSQL refuses it
    """
    program = postgres.binaries(settings) / "psql"
    environment = settings.child_environment(**postgres.connection(settings).environment())
    separator = "\x1f"
    printed = process.run(
        [program, "-qAtX", "-F", separator, "-v", "ON_ERROR_STOP=1", "-d", name, "-c", statement],
        env=environment,
        cwd="/",
    )
    return [line.split(separator) for line in printed.splitlines()]


def exists(settings, name):
    """Tell whether there is a database of that name."""
    return bool(query(settings, f"SELECT 1 FROM pg_database WHERE datname = '{checked(name)}'"))


def names(settings, prefix=""):
    """Return the names of the databases that begin with `prefix`."""
    rows = query(
        settings, "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname"
    )
    return [name for (name,) in rows if name.startswith(prefix)]


def create(settings, name):
    """Create an empty database as Odoo wants it (byte order, UTF-8) with its two extensions."""
    query(
        settings,
        f"CREATE DATABASE \"{checked(name)}\" ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0",
    )
    statements = (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE EXTENSION IF NOT EXISTS unaccent",
        # As Odoo does it for its own databases: some of its modules have indexes that need it.
        "ALTER FUNCTION unaccent(text) IMMUTABLE",
    )
    for statement in statements:
        try:
            query(settings, statement, name)
        except CommandFailed:  # the user's own server may not offer it; Odoo then works without
            continue


def clone(settings, source, name):
    """Create the database `name` as a copy of `source`; nobody may be connected to the source.

    The filestore is copied too (as hard links, Odoo never changes a stored file).
    """
    disconnect(settings, source)
    query(settings, f'CREATE DATABASE "{checked(name)}" TEMPLATE "{checked(source)}"')
    _clone_filestore(settings, source, name)


def drop(settings, name):
    """Drop a database and its filestore; no error when there is none."""
    disconnect(settings, name)
    query(settings, f'DROP DATABASE IF EXISTS "{checked(name)}"')
    folder = _filestore(settings, name)
    if folder.exists():
        process.run(["rm", "-rf", "--", folder])


def rename(settings, name, new_name):
    """Rename a database and its filestore."""
    disconnect(settings, name)
    query(settings, f'ALTER DATABASE "{checked(name)}" RENAME TO "{checked(new_name)}"')
    folder = _filestore(settings, name)
    if folder.exists():
        process.run(["rm", "-rf", "--", _filestore(settings, new_name)])
        folder.rename(_filestore(settings, new_name))


def disconnect(settings, name):
    """End all sessions on a database of ours."""
    query(
        settings,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{checked(name)}' AND pid <> pg_backend_pid()",
    )


def checked(name):
    """Return the name if it is one the suite may use in SQL.

    :raise SuiteError: for anything but lower-case letters, digits and underscores
    """
    if not NAME.fullmatch(name):
        raise SuiteError(
            f"{name!r} is no name for a database; use lower-case letters, digits and underscores."
        )
    return name


def _filestore(settings, name):
    return settings.filestore / "filestore" / name


def _clone_filestore(settings, source, name):
    if _filestore(settings, source).is_dir():
        process.run(["rm", "-rf", "--", _filestore(settings, name)])
        process.run(["cp", "-al", "--", _filestore(settings, source), _filestore(settings, name)])
