"""A PostgreSQL of a test's own, which it may crash, stop or fill up; nobody else stands on it."""

import contextlib
import dataclasses
import shutil

from suite import database, ground, odoo, pg_binaries, postgres, process, templates
from suite.cluster import Cluster


@contextlib.contextmanager
def own_ground(settings, name, data=None):
    """Yield settings whose database ``name`` is a copy of the demo's, in a cluster of its own.

    The cluster writes to disk as a server's does: what it said was committed survives its crash.

    :param data: folder for everything; one in the work folder by default
    """
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    own = dataclasses.replace(
        settings,
        data=data or settings.data / name,
        venv_given=settings.venv,
        odoo_source=settings.odoo_source or settings.debian_root,
        database_url=None,
        pg_port=None,
        pg_fsync=True,
    )
    if own.run.exists():  # of a test that was killed
        ground.stop_all(own)
    _remove(own)
    for folder in (own.run, own.logs, own.filestore):
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    shutil.copy2(settings.run / "secrets.json", own.run / "secrets.json")
    shutil.copytree(settings.run / "stamps", own.run / "stamps")
    for shared in ("pycache", "embedded-postgres"):  # made once, used by both
        (own.data / shared).symlink_to(settings.data / shared)
    try:
        Cluster(own).start()
        _copy_database(settings, source, own, name)
        odoo.render_configuration(own)
        yield own
    finally:
        Cluster(own).stop()
        _remove(own)


def _remove(own):
    for folder in (own.data, Cluster(own).socket_folder):
        if folder.exists():
            process.run(["rm", "-rf", "--", folder])


def _copy_database(settings, source, own, name):
    """Copy database and files; the files as hard links, Odoo never changes a stored one."""
    database.create(own, name)
    dump = own.data / "dump"
    programs = pg_binaries.binaries(settings)
    # Of a copy: whoever clones the template meanwhile ends all sessions on it.
    copy = f"{name}_from"
    database.drop(settings, copy)
    database.clone(settings, source, copy)
    try:
        process.run(
            [programs / "pg_dump", "-Fd", "-Z0", "-j2", "-f", dump, copy],
            env=settings.child_environment(**postgres.connection(settings).environment()),
        )
    finally:
        database.drop(settings, copy)
    process.run(
        [programs / "pg_restore", "-j2", "--no-owner", "-d", name, dump],
        env=own.child_environment(**postgres.connection(own).environment()),
    )
    process.run(["rm", "-rf", "--", dump])
    files = settings.filestore / "filestore" / source
    target = own.filestore / "filestore"
    target.mkdir(exist_ok=True)
    how = "-al" if own.data.is_relative_to(settings.data) else "-a"
    process.run(["cp", how, "--", files, target / name])
