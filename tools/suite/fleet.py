"""Several machines on one: what ``./suite cluster`` runs, and the tests of it.

    people -> HAProxy -> two Odoo servers -> PostgreSQL (written to) -> replica (read only)
                         jobs and crons   -> PostgreSQL

All of it lies in a folder of its own below the work folder, with a copy of the demo: nothing that
``./suite up`` shows is touched. Each part is what one machine would run; sessions and attachments lie
in one folder, which machines share over the network.
"""

import concurrent.futures
import dataclasses
import json
import shutil

from suite import database, modules, odoo, output, postgres, process, stamps, templates
from suite.cluster import Cluster
from suite.errors import SuiteError
from suite.proxy import Proxy, find_program
from suite.settings import DEMO_DATABASE
from suite.standby import Primary, Replica

FOLDER = "cluster"
WEB = ("web1", "web2")
JOBS = "jobs"
#: Ports after the proxy's: pages and websocket of each server.
PORTS_EACH = 2
#: Processes of the job server: each job runs in one of them (channel root:2 of odoo.conf).
JOB_WORKERS = 2
#: What comes into being once and is used by both folders.
SHARED = ("pycache", "embedded-postgres")
#: Seconds until a server stops waiting for a database machine that does not answer.
CONNECT_SECONDS = 2


def nested(settings, folder=FOLDER):
    """Return the settings of the fleet's own folder, which shares code and packages."""
    return dataclasses.replace(
        settings,
        data=settings.data / folder,
        venv_given=settings.venv,
        odoo_source=settings.odoo_source or settings.debian_root,
        database_url=None,
        pg_port=None,
    )


class Fleet:
    """All the parts, started and stopped together.

    ``with Fleet(settings, folder="fleet-test") as fleet: requests.get(fleet.url)``

    :param settings: of the work folder in which the demo's template lies
    :param port: of the proxy; the next ones are the servers'. Free ones by default
    :param workers: processes of each web server
    """

    def __init__(self, settings, *, port=None, workers=None, folder=FOLDER):
        self.outer = dataclasses.replace(settings, database_url=None)
        self.settings = nested(settings, folder)
        self.database = DEMO_DATABASE
        self.source = Cluster(self.outer)
        self.primary = Primary(self.settings, self.source)
        self.replica = Replica(self.settings)
        count = 1 + PORTS_EACH * len((*WEB, JOBS))
        ports = [port + n for n in range(count)] if port else odoo.free_ports(count)
        places = {
            name: tuple(ports[1 + PORTS_EACH * n : 1 + PORTS_EACH * (n + 1)])
            for n, name in enumerate((*WEB, JOBS))
        }
        workers = workers or max(settings.workers, 2)
        people = {name: places[name] for name in WEB}
        self.proxy = Proxy(self.settings, ports[0], people, workers)
        self.web = {name: self._server(name, places[name], workers) for name in WEB}
        self.jobs = self._server(JOBS, places[JOBS], JOB_WORKERS)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_unused):
        self.stop()

    @property
    def url(self):
        """Where people and programs go: the proxy's address."""
        return self.proxy.url

    @property
    def dsn(self):
        """psycopg2's connection string of the database on the primary."""
        return database.dsn(self.settings, self.database)

    @property
    def replica_dsn(self):
        """psycopg2's connection string of the database on the replica."""
        target = postgres.connection(self.settings)
        return dataclasses.replace(target, host=str(self.replica.socket_folder)).dsn(self.database)

    # -- life ------------------------------------------------------------------------------------
    def start(self):
        """Start what does not run yet; the first time make the databases.

        :raise SuiteError: when a port is taken or HAProxy is missing, before anything is made
        """
        find_program()
        self._require_ports()
        self._prepare_folder()
        self._remember_ports()  # so that a start that fails can be stopped
        self._ensure_database()
        self.replica.start()
        with output.step("starting two Odoo servers, the job server and the proxy"):
            for server in (*self.web.values(), self.jobs):
                if not (server.running() and server.answers()):
                    server.start()
            if not self.proxy.running():
                self.proxy.start()
            if not process.wait_until(self._all_up, 30):
                raise SuiteError(f"The proxy reaches not every server; see {self.settings.logs}.")

    def stop(self):
        """Stop everything; return True when something ran."""
        ran = [self.proxy.stop()]
        servers = (*self.web.values(), self.jobs)
        # each ends what it has begun, which may take a while
        with concurrent.futures.ThreadPoolExecutor(len(servers)) as pool:
            ran += pool.map(lambda server: server.stop(), servers)
        return any([*ran, self.replica.stop(), self.primary.stop()])

    def remove(self):
        """Stop everything at once and throw the folder away."""
        for server in (*self.web.values(), self.jobs):
            server.kill()
        self.stop()
        folders = (self.settings.data, self.primary.socket_folder, self.replica.socket_folder)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    # -- looking ---------------------------------------------------------------------------------
    def rows(self):
        """Yield (part, how it is) for each part."""
        running = bool(self.primary.running())
        seen = self.proxy.states()
        yield "proxy", f"{self.url}" if self.proxy.running() else "stopped"
        for name, server in self.web.items():
            port, bus = self.proxy.servers[name]
            state = f"process {server.running()}" if server.running() else "stopped"
            yield (
                name,
                f"{state}, port {port}, websocket {bus}, for the proxy {seen.get(name, 'unknown')}",
            )
        yield JOBS, f"process {self.jobs.running()}" if self.jobs.running() else "stopped"
        yield "primary", f"socket {self.primary.socket_folder}" if running else "stopped"
        state = self.replica.state() if running and self.replica.running() else None
        words = f"{state[0]}, {state[1]} bytes behind" if state else "does not follow"
        place = f"socket {self.replica.socket_folder}, {words}"
        yield "replica", place if self.replica.running() else "stopped"
        yield "shared", f"{self.settings.filestore}: sessions, attachments"

    def changed_modules(self):
        """Return the names of modules whose files differ from what the database was made with."""
        path = self._recorded
        recorded = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        now = modules.hashes(self.settings)
        return sorted(name for name, value in now.items() if recorded.get(name) != value)

    # -- steps -----------------------------------------------------------------------------------
    def _server(self, name, ports, workers):
        words = ["--proxy-mode"]
        if name == JOBS:
            crons = 1
        else:
            # no queue_job here: its runner would start in every server that loads it so early
            crons = 0
            words += ["--load=base,rpc,web"]
            words += [f"--db_replica_host={self.replica.socket_folder}"]
            words += [f"--db_replica_port={self.replica.port()}"]
        return odoo.OdooServer(
            self.settings, self.database, workers=workers, port=ports[0], gevent_port=ports[1],
            name=name, cron_threads=crons, arguments=words,
            variables={"PGCONNECT_TIMEOUT": CONNECT_SECONDS},
        )  # fmt: skip

    def _require_ports(self):
        if self.proxy.running():
            return
        for port in (
            self.proxy.port,
            *(port for pair in self.proxy.servers.values() for port in pair),
        ):
            if not any(server.running() for server in self.web.values()):
                odoo.require_free(port)

    def _prepare_folder(self):
        settings = self.settings
        for folder in (settings.run, settings.logs, settings.filestore):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        for name in SHARED:
            link = settings.data / name
            if not link.is_symlink():
                (self.outer.data / name).mkdir(exist_ok=True)
                link.symlink_to(self.outer.data / name)
        # the copy's seals and encrypted passwords were made with the outer folder's keys
        shutil.copy2(self.outer.run / "secrets.json", settings.run / "secrets.json")

    def _ensure_database(self):
        """Have the primary running with the demo's database in it."""
        if self.primary.data.exists():
            self.primary.start()
        if not (self.primary.running() and database.exists(self.settings, self.database)):
            self._make_database()
        odoo.render_configuration(self.settings)

    def _make_database(self):
        postgres.ensure_running(self.outer)
        template = templates.complete(self.outer)
        self.primary.stop()
        shutil.rmtree(self.primary.data, ignore_errors=True)
        self.primary.start()
        with output.step("making the database of the cluster"):
            for name in database.names(self.settings):
                if name not in (template, "postgres"):
                    database.drop(self.settings, name)
            source = self.outer.filestore / "filestore" / template
            target = self.settings.filestore / "filestore" / self.database
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                process.run(["rm", "-rf", "--", target])
                process.run(["cp", "-al", "--", source, target])
            statement = f'ALTER DATABASE "{template}" RENAME TO "{self.database}"'
            database.query(self.settings, statement)
        hashes = json.dumps(modules.hashes(self.settings), indent=1)
        stamps.write_text(self._recorded, f"{hashes}\n")

    @property
    def _recorded(self):
        return self.settings.run / "demo-modules.json"

    @property
    def _ports(self):
        return self.settings.run / "proxy.port"

    def _remember_ports(self):
        stamps.write_text(self._ports, f"{self.proxy.port}\n")

    def _all_up(self):
        return list(self.proxy.states().values()) == ["UP"] * len(self.web)


def known(settings):
    """Return the fleet of ``./suite cluster`` as it was started last, or None when there is none."""
    path = nested(settings).run / "proxy.port"
    if not path.exists():
        return None
    return Fleet(settings, port=int(path.read_text(encoding="utf-8")))


def up(settings, *, new=False):
    """Bring the cluster up and say what runs where.

    :param new: throw its database away first, and copy the demo's anew
    """
    fleet = known(settings)
    if fleet and (new or fleet.proxy.port != settings.port):
        fleet.stop()
    fleet = Fleet(settings, port=settings.port)
    if new:
        fleet.remove()
    fleet.start()
    output.say()
    output.say(f"Odoo is up: {fleet.url}")
    _show(fleet)
    if changed := fleet.changed_modules():
        output.say(f"Note: addons changed ({', '.join(changed)}): ./suite cluster up --new")


def down(settings):
    """Stop the cluster; return True when it ran."""
    fleet = known(settings)
    return bool(fleet and fleet.stop())


def remove(settings):
    """Stop the cluster and throw it away, if there is one."""
    if fleet := known(settings):
        fleet.remove()


def status(settings):
    """Print what runs where; return 0 when people are answered, else 3."""
    fleet = known(settings)
    if not fleet:
        output.say("There is no cluster; ./suite cluster makes one.")
        return 3
    _show(fleet)
    answering = fleet.proxy.running() and "UP" in fleet.proxy.states().values()
    return 0 if answering else 3


def _show(fleet):
    for name, words in fleet.rows():
        output.say(f"   {name:<8} {words}")
