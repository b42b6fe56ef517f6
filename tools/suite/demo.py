"""The demo: one database with demo data and all modules, and the Odoo server that shows it."""

import json

from suite import (
    database,
    ground,
    modules,
    odoo,
    odoo_source,
    output,
    postgres,
    stamps,
    stand_ins,
    templates,
)
from suite.errors import SuiteError
from suite.settings import DEMO_DATABASE

BUILT_IN_LOGINS = (
    ("admin", "admin", "administrator"),
    ("demo", "demo", "internal user of Odoo's demo data"),
)
SERVER_NAME = "demo"


def server(settings, port=None):
    """Return the demo's :class:`suite.odoo.OdooServer`, running or not.

    :param port: needed to start it; a running one knows its own
    """
    return odoo.OdooServer(
        settings,
        DEMO_DATABASE,
        workers=settings.workers,
        port=port,
        name=SERVER_NAME,
        cron_threads=1,
    )


def up(settings, *, update, with_stand_ins=False):
    """Bring everything up and say where to click.

    :param update: update modules whose files changed since they were installed
    :param with_stand_ins: also start stand-ins of accounting providers, and connect with them
    """
    if server(settings).port != settings.port:
        odoo.require_free(settings.port)  # said now rather than after minutes of work
    missing = ground.prepare(settings)
    _ensure_database(settings)
    changed = changed_modules(settings)
    if changed and update:
        update_modules(settings, changed)
    else:
        _ensure_server(settings)
    if with_stand_ins:
        stand_ins.start_and_connect(settings, server(settings))
    _announce(settings, missing, [] if update else changed)


def down(settings):
    """Stop Odoo and PostgreSQL, those the suite started."""
    stopped = ground.stop_all(settings)
    output.say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")


def update_modules(settings, names):
    """Install or update modules in the demo database, with the server stopped meanwhile."""
    chosen = [module.name for module in modules.chosen(settings, names)]
    if not chosen:
        output.say("There is no module in addons/ yet.")
        return
    ground.prepare(settings)
    _ensure_database(settings)
    server(settings).stop()
    installed = set(_installed(settings))
    with output.step(f"updating {', '.join(chosen)}") as progress:
        words = ["--no-http", "--with-demo", "-u", ",".join(chosen)]
        if new := [name for name in chosen if name not in installed]:
            words += ["-i", ",".join(new)]
        log = settings.logs / "update.log"
        odoo.refuse_problems(
            settings,
            odoo.run_once(settings, DEMO_DATABASE, *words, log=log, progress=progress),
            log,
        )
    recorded = _recorded(settings)
    hashes = modules.hashes(settings)
    _record(settings, recorded | {name: hashes[name] for name in chosen})
    _ensure_server(settings)


def reset(settings):
    """Drop the demo database; the next `up` makes it anew."""
    server(settings).stop()
    postgres.ensure_running(settings)
    with output.step(f"dropping the database {DEMO_DATABASE}"):
        database.drop(settings, DEMO_DATABASE)
    _record(settings, {})


def require(settings):
    """Refuse unless the demo database is there.

    :raise SuiteError: with what to do
    """
    if not settings.odoo_conf.exists():
        raise SuiteError("Nothing has been brought up yet; run ./suite up first.")
    postgres.ensure_running(settings)
    if not database.exists(settings, DEMO_DATABASE):
        raise SuiteError("There is no demo database; run ./suite up first.")


def changed_modules(settings):
    """Return the names of modules whose files differ from what the demo database was made with."""
    recorded = _recorded(settings)
    return sorted(
        name for name, value in modules.hashes(settings).items() if recorded.get(name) != value
    )


def _ensure_database(settings):
    if database.exists(settings, DEMO_DATABASE):
        return
    hashes = modules.hashes(settings)
    source = templates.complete(settings)
    with output.step(f"creating the database {DEMO_DATABASE}"):
        fresh = f"{DEMO_DATABASE}_new"
        database.drop(settings, fresh)
        database.clone(settings, source, fresh)
        database.rename(settings, fresh, DEMO_DATABASE)
    _record(settings, hashes)


def _ensure_server(settings):
    """Have the server running as it is asked for: restarted when port, workers or configuration differ."""
    stamp = stamps.Stamp(settings, "demo-server")
    tree = odoo_source.locate(settings)
    key = stamps.text_hash(
        settings.port, settings.workers, tree, settings.venv, stamps.file_hash(settings.odoo_conf)
    )
    running = server(settings)
    if stamp.matches(key) and running.running() and running.answers():
        return
    running.stop()
    with output.step(f"starting Odoo on port {settings.port}"):
        fresh = server(settings, port=settings.port)
        fresh.start()
        # the first page also builds the style sheets, so the first click is quick
        if fresh.status_of("/web/login") != 200:
            raise SuiteError(f"Odoo runs but its login page fails; see {fresh.log_file}.")
    stamp.set(key)


def _installed(settings):
    rows = database.query(
        settings,
        "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY name",
        DEMO_DATABASE,
    )
    return [name for (name,) in rows]


def _recorded(settings):
    """Return {module: content hash} at the time of the last installation or update."""
    path = settings.run / "demo-modules.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _record(settings, hashes):
    stamps.write_text(settings.run / "demo-modules.json", json.dumps(hashes, indent=1) + "\n")


def _announce(settings, missing, changed):
    output.say()
    output.say(f"Odoo is up: {server(settings).url}")
    for login, password, description in (*BUILT_IN_LOGINS, *modules.demo_logins(settings)):
        output.say(f"   {login} / {password}   {description}")
    for sentence in missing:
        output.say(f"Note: {sentence}")
    if changed:
        output.say(f"Note: addons changed: ./suite update {' '.join(changed)}")
