"""Odoo: its configuration, one-off runs (install, update, tests) and servers.

:class:`OdooServer` is a context manager; the demo, the tests over the wire and the bench use it.
"""

import contextlib
import http.client
import os
import signal
import socket
import string
import subprocess
from pathlib import Path

from suite import database, modules, odoo_log, odoo_source, postgres, process, secret, stamps
from suite.errors import CommandFailed, SuiteError

LOCALHOST = "127.0.0.1"
START_SECONDS = 180
LONG_LOG = 20 * 1000**2  # bytes
LAUNCHER = '''"""Starts Odoo from whichever tree is in use."""
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
'''


def render_configuration(settings):
    """Write the server configuration (mode 0600) from config/odoo.conf.template.

    :return: its path
    """
    target = postgres.connection(settings)
    template = string.Template((settings.config / "odoo.conf.template").read_text(encoding="utf-8"))
    _, rest = template.template.split("\n[options]", 1)
    secrets = secret.read(settings)
    # modules that come as Python packages, such as queue_job
    packaged = sorted(
        settings.venv_python.parent.parent.glob("lib/python3*/site-packages/odoo/addons")
    )
    folders = [*odoo_source.locate(settings).addons, *packaged, settings.addons]
    text = string.Template(f"[options]{rest}").substitute(
        db_host=target.host,
        db_port=target.port,
        db_user=target.user,
        db_password=target.password,
        admin_passwd=secrets["admin_passwd"],
        loyalty_ledger_key=secrets["loyalty_ledger_key"],
        accounting_secret_key=secrets["accounting_secret_key"],
        data_dir=settings.filestore,
        addons_path=",".join(
            str(folder) for folder in folders if folder.is_dir() and any(folder.iterdir())
        ),
    )
    stamps.write_text(settings.odoo_conf, text, mode=0o600)
    stamps.write_text(_launcher(settings), LAUNCHER)
    return settings.odoo_conf


def _launcher(settings):
    # a file of its own: Odoo starts its websocket process by running sys.argv[0] again
    return settings.run / "odoo-bin"


def command(settings, *arguments):
    """Return the words that run Odoo; the subcommand, if any, comes first in `arguments`."""
    return [str(word) for word in (settings.venv_python, _launcher(settings), *arguments)]


def environment(settings, **extra):
    """Return the environment Odoo runs in, with ``extra`` variables."""
    return settings.child_environment(
        PYTHONPATH=odoo_source.locate(settings).python_path, LC_ALL="C.UTF-8", **extra
    )


def run_once(settings, name, *arguments, log, progress=None, timeout=None, extra=None):
    """Run Odoo on a database until it stops by itself.

    :param name: the database
    :param arguments: e.g. ``"-i", "sale"``; ``--stop-after-init`` is added
    :param log: file that receives the whole log
    :param progress: :class:`suite.output.Progress` that shows which module or test is at work
    :param timeout: seconds after which it is ended
    :param extra: dict of further environment variables
    :raise CommandFailed: when Odoo ends with an error; its sentence names the first one logged
    """

    def on_line(line):
        if progress and (text := odoo_log.at_work(line)):
            progress.show(text)

    words = command(settings, "-c", settings.odoo_conf, "-d", name, "--stop-after-init", "--workers=0",
                    "--max-cron-threads=0", *arguments)  # fmt: skip
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        return process.run(
            words,
            log=log,
            on_line=on_line,
            timeout=timeout,
            env=environment(settings, **(extra or {})),
            cwd=settings.data,
        )
    except CommandFailed as error:
        first = odoo_log.first_error(error.output) or str(error)
        raise CommandFailed(
            f"Odoo stopped: {first}; the whole log is {log}.", error.output
        ) from error


def install(settings, name, wanted, *, log, with_demo=False, progress=None):
    """Install modules into a database (which may be empty).

    :raise CommandFailed: also when Odoo went on after logging an error
    """
    demo = ["--with-demo"] if with_demo else []
    printed = run_once(
        settings, name, "--no-http", "-i", ",".join(wanted), *demo, log=log, progress=progress
    )
    refuse_problems(settings, printed, log)


def refuse_problems(settings, printed, log):
    """Raise when a log holds an error, or a warning about a module of the suite.

    :raise CommandFailed: naming the first one; Odoo itself goes on after, say, broken demo data
    """
    found = odoo_log.problems(printed, modules.scan(settings))
    if found:
        first = odoo_log.sentence(found[0])
        raise CommandFailed(
            f"Odoo logged {found[0].level} from {found[0].logger}: {first}; see {log}.", printed
        )


def port_free(port):
    """Tell whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def require_free(port):
    """Refuse a port somebody listens on.

    :raise SuiteError: with what to do
    """
    if not port_free(port):
        raise SuiteError(f"Port {port} is taken by another program; choose one with --port.")


def free_ports(count):
    """Return `count` different ports nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOCALHOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class OdooServer:
    """An Odoo server on one database, listening on 127.0.0.1 only.

    ``with OdooServer(settings, "bench", workers=4) as server: requests.get(server.url)``

    :param database_name: an existing database
    :param workers: HTTP worker processes (0: one process with threads)
    :param port: HTTP port; a free one by default, the websocket process gets one of its own
    :param name: names the pid and log file; two servers at a time need different names
    :param cron_threads: processes for scheduled actions
    :param arguments: more words for Odoo's command line
    :param gevent_port: of its websocket process; a free one by default
    :param variables: dict of further environment variables
    """

    def __init__(
        self,
        settings,
        database_name,
        *,
        workers=0,
        port=None,
        name="odoo",
        cron_threads=0,
        arguments=(),
        gevent_port=None,
        variables=None,
    ):
        self.settings = settings
        self.database = database_name
        self.workers = workers
        self.name = name
        self.cron_threads = cron_threads
        self.arguments = tuple(arguments)
        self.variables = dict(variables or {})
        self._gevent_port = gevent_port
        self.log_file = settings.logs / f"{name}.log"
        self._port = port
        pid_path = settings.run / f"{name}.pid"
        self.pid_file = process.PidFile(pid_path, f"--pidfile={pid_path}")
        self._port_file = settings.run / f"{name}.port"

    @property
    def port(self):
        """The HTTP port, also of a server another run of the command started."""
        if self._port is None and self.running() and self._port_file.exists():
            self._port = int(self._port_file.read_text(encoding="utf-8"))
        return self._port

    @property
    def url(self):
        """The address without a slash at the end."""
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def dsn(self):
        """The psycopg2 connection string of the server's database."""
        return database.dsn(self.settings, self.database)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_unused):
        self.stop()

    def running(self):
        """Return the number of the server's main process, or None."""
        return self.pid_file.pid()

    def start(self):
        """Start the server and wait until it answers.

        :raise SuiteError: when the port is taken, or the server ends or stays silent
        """
        self.stop()  # one of this name that an interrupted run left behind
        http_port, gevent_port = self._choose_ports()
        words = command(
            self.settings, "-c", self.settings.odoo_conf, "-d", self.database, f"--workers={self.workers}",
            f"--max-cron-threads={self.cron_threads}", f"--http-port={http_port}", f"--gevent-port={gevent_port}",
            f"--pidfile={self.pid_file.path}", *self.arguments,
        )  # fmt: skip
        self._rotate_log()
        with self.log_file.open("ab") as log:
            offset = log.tell()
            child = subprocess.Popen(  # pylint: disable=consider-using-with  # outlives this call
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                env=environment(self.settings, **self.variables), cwd=self.settings.data,
            )  # fmt: skip
        self.pid_file.write(child.pid)
        stamps.write_text(self._port_file, f"{http_port}\n")
        try:
            self._wait(child, offset)
        except BaseException:  # also Ctrl-C: nothing half-started stays behind
            self.stop()
            raise

    def stop(self):
        """Stop the server and the processes it started; return True when one was running."""
        pid = self.running()
        if pid is None:
            return False
        self.pid_file.stop(grace=30)
        self._port_file.unlink(missing_ok=True)
        _end_session(pid)
        return True

    def kill(self):
        """End all its processes at once, as a power cut would; return how many there were."""
        pid = self.running()
        members = session_members(pid) if pid else []
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        process.wait_until(lambda: not session_members(pid), 10)
        return len(members)

    def answers(self):
        """Tell whether the server answers on its health page."""
        return self.status_of("/web/health", timeout=10) == 200

    def status_of(self, path, timeout=120):
        """Return the HTTP status of a page, or None when the server does not answer."""
        connection = http.client.HTTPConnection(LOCALHOST, self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _rotate_log(self):
        """Put a long log aside, so that the folder does not grow for ever."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists() and self.log_file.stat().st_size > LONG_LOG:
            self.log_file.replace(self.log_file.with_suffix(".old.log"))

    def _choose_ports(self):
        if self._port is None:
            self._port, gevent_port = free_ports(2)
            return self._port, gevent_port
        for port in filter(None, (self._port, self._gevent_port)):
            require_free(port)
        return self._port, self._gevent_port or free_ports(1)[0]

    def _wait(self, child, offset):
        ready = process.wait_until(
            lambda: child.poll() is not None or self.answers(), START_SECONDS, pause=0.2
        )
        if ready and child.poll() is None:
            return
        with self.log_file.open("rb") as log:
            log.seek(offset)
            printed = log.read().decode(errors="replace")
        first = odoo_log.first_error(printed) or f"it did not answer within {START_SECONDS} seconds"
        raise SuiteError(f"Odoo did not start: {first}; see {self.log_file}.")


def _end_session(pid):
    """End what a server left behind in the session it was started in (its websocket process)."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for left in session_members(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, number)
        if process.wait_until(lambda: not session_members(pid), 10):
            return


def session_members(pid):
    """Return the numbers of the living processes of a session (those of one server)."""
    folders = [folder for folder in Path("/proc").glob("[0-9]*") if _session(folder) == pid]
    return [int(folder.name) for folder in folders if process.alive(folder.name)]


def _session(folder):
    """Return the session number of a process, from its folder under /proc."""
    try:
        return int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[3])
    except (OSError, IndexError, ValueError):
        return None
