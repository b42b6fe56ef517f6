"""What every command stands on: code, Python packages, PostgreSQL, configuration."""

import dataclasses
import os
import shutil

from suite import (
    cluster,
    debian,
    fleet,
    odoo,
    odoo_source,
    output,
    postgres,
    process,
    python_env,
    system,
)
from suite.errors import SuiteError

FREE_BYTES_NEEDED = 3 * 1000**3
LAST_CHILD_SECONDS = 10  # how long "down" waits for what a server leaves behind


def prepare(settings, needs=system.FOR_RUNNING):
    """Bring up everything below Odoo; each part that is there already is kept.

    :param needs: system packages wanted, see :mod:`suite.system`
    :return: sentences about system packages that are still missing
    """
    _prepare_folder(settings)
    missing = system.ensure(settings, needs)
    if settings.odoo_source is None:
        debian.fetch_odoo(settings)
    odoo_source.locate(settings)
    python_env.ensure(settings)
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    return missing


def claim_folder(settings):
    """Make the work folder, or refuse one that holds somebody's files.

    `reset --all` removes the folder, so it must never have been anything else.

    :raise SuiteError: when the folder is not empty and the suite did not make it
    """
    mark = settings.run / "stamps"
    try:
        if settings.data.exists() and not mark.is_dir() and any(settings.data.iterdir()):
            raise SuiteError(
                f"{settings.data} is not empty and no work folder of the suite; choose another one with --data."
            )
        mark.mkdir(parents=True, exist_ok=True)
    except (PermissionError, FileNotFoundError, NotADirectoryError, FileExistsError) as error:
        raise SuiteError(
            f"The work folder {settings.data} cannot be written; choose another with --data."
        ) from error


def _prepare_folder(settings):
    """Make the work folder and refuse a disk that is too full to begin."""
    for folder in (settings.run, settings.logs, settings.filestore):
        folder.mkdir(parents=True, exist_ok=True)
    # attachments and secrets of the demo are nobody else's business
    settings.run.chmod(0o700)
    settings.filestore.chmod(0o700)
    complete = (settings.run / "stamps" / "odoo").exists()
    free = shutil.disk_usage(settings.data).free
    needed = FREE_BYTES_NEEDED // (3 if complete else 1)
    if free < needed:
        raise SuiteError(
            f"The disk of {settings.data} has {output.megabytes(free)} free and {output.megabytes(needed)} are "
            "needed; free some, or choose another place with --data."
        )


def stop_all(settings):
    """Stop every server this work folder started; return what was stopped, in words."""
    stopped = ["the cluster"] if fleet.down(settings) else []
    for run in sorted(
        settings.data.glob("*/run")
    ):  # of tests that were killed, with their PostgreSQL
        nested = dataclasses.replace(settings, data=run.parent, database_url=None, pg_port=None)
        stopped += [f"{what} of {run.parent.name}" for what in stop_all(nested)]
    for path in sorted(settings.run.glob("*.pid")):
        server = odoo.OdooServer(settings, "unknown", name=path.stem)
        if server.stop():
            is_odoo = not path.stem.startswith("stand-in")
            stopped.append(f"Odoo ({path.stem})" if is_odoo else path.stem)
    own = cluster.Cluster(settings)
    if not settings.database_url and own.stop():
        stopped.append("PostgreSQL")
    # A server's last child may need a moment to notice; a shell that somebody has open may stay.
    process.wait_until(lambda: not process.working_in(settings.data), LAST_CHILD_SECONDS)
    return stopped


def remove_all(settings):
    """Stop everything and remove the work folder (see :func:`claim_folder`)."""
    fleet.remove(settings)
    stop_all(settings)
    socket_folder = cluster.Cluster(settings).socket_folder
    for folder in (settings.data, socket_folder):
        if folder.exists():
            process.run(["rm", "-rf", "--", os.fspath(folder)])
