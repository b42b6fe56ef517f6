"""Looking at what runs: status, logs, shells."""

import contextlib
import os
import time

from suite import cluster, database, demo, modules, odoo, odoo_source, output, postgres
from suite.errors import SuiteError
from suite.settings import DEMO_DATABASE


def status(settings):
    """Print what runs where; return 0 when the demo answers, else 3 (as service scripts do)."""
    server = demo.server(settings)
    answering = bool(server.running()) and server.answers()
    for name, value in _rows(settings, server, answering):
        output.say(f"{name:<12} {value}")
    return 0 if answering else 3


def _rows(settings, server, answering):
    yield "work folder", settings.data
    yield "Odoo code", _odoo_words(settings)
    yield "PostgreSQL", _postgres_words(settings)
    if not server.running():
        yield "Odoo", "stopped; start it with ./suite up"
    elif answering:
        yield "Odoo", f"answers at {server.url} (process {server.running()}, log {server.log_file})"
    else:
        yield "Odoo", f"process {server.running()} runs but does not answer; see {server.log_file}"
    yield (
        "modules",
        ", ".join(f"{m.name} {m.version}" for m in modules.scan(settings).values()) or "none yet",
    )
    if settings.odoo_conf.exists() and (changed := demo.changed_modules(settings)):
        yield "changed", f"./suite update {' '.join(changed)}"


def _odoo_words(settings):
    try:
        tree = odoo_source.locate(settings)
    except SuiteError as error:
        return str(error)
    return f"{tree.version} in {tree.python_path}"


def _postgres_words(settings):
    if settings.database_url:
        target = postgres.connection(settings)
        return f"yours, {target.user}@{target.host}:{target.port}"
    pid = cluster.Cluster(settings).running()
    if pid is None:
        return "stopped"
    version = database.query(settings, "SHOW server_version")[0][0]
    names = ", ".join(database.names(settings))
    return (
        f"{version}, process {pid}, socket {postgres.connection(settings).host}, databases: {names}"
    )


def logs(settings, *, name, lines, follow):
    """Print the end of a log, and go on printing with `follow`.

    :param name: of a log file without its ending; None is the demo server's
    """
    path = settings.logs / f"{name or demo.SERVER_NAME}.log"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in settings.logs.glob("*.log"))) or "none yet"
        raise SuiteError(f"There is no log {path.name}; there are: {known}.")
    with path.open(encoding="utf-8", errors="replace") as handle:
        for line in handle.readlines()[-lines:]:
            output.say(line.rstrip("\n"))
        with contextlib.suppress(KeyboardInterrupt):  # the way to leave it
            while follow:
                if line := handle.readline():
                    output.say(line.rstrip("\n"))
                else:
                    time.sleep(0.3)


def shell(settings, *, psql, arguments):
    """Become Odoo's shell or psql on the demo database."""
    demo.require(settings)
    if psql:
        program = postgres.binaries(settings) / "psql"
        environment = settings.child_environment(**postgres.connection(settings).environment())
        words = [str(program), "-d", DEMO_DATABASE, *arguments]
    else:
        environment = odoo.environment(settings)
        words = odoo.command(
            settings, "shell", "-c", settings.odoo_conf, "-d", DEMO_DATABASE, "--no-http", "--workers=0",
            "--log-level=warn", *arguments,
        )  # fmt: skip
    # replaces this process: the shell then has the terminal, and Ctrl-C, to itself
    os.execve(words[0], words, environment)
