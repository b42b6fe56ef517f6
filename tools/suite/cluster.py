"""The private PostgreSQL cluster of a work folder.

It listens on a unix socket only (unless a port is asked for) whose folder nobody else may enter.
(Several machines, ``./suite cluster``, are in :mod:`suite.fleet`.)
"""

import os
import re
import shutil
import signal
import types
from pathlib import Path

from suite import output, pg_binaries, pg_user, process, secret, stamps
from suite.errors import CommandFailed, SuiteError

ROLE = "suite"  # Odoo refuses to work as the role `postgres`
SOCKET_PATH_LIMIT = 107  # bytes the kernel allows for a socket's path
SOCKET_NAME = ".s.PGSQL.65535"  # the longest it can be
DEFAULT_PORT = 5432
FOLDER = "pg"

SERVER_OPTIONS = {
    "max_connections": "300",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
}


class Cluster:
    """The private cluster of one work folder.

    :param name: of its folder; two clusters of a work folder need different names
    """

    TITLE = "PostgreSQL"
    #: Options of PostgreSQL that this kind of cluster has besides the common ones.
    EXTRA_OPTIONS = types.MappingProxyType({})

    def __init__(self, settings, name=FOLDER):
        self.settings = settings
        self.folder = settings.data / name
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        # the mark is the data folder: it stands in the server's own command line
        self.pid_file = process.PidFile(self.data / "postmaster.pid", f"-D {self.data}")
        kind = "postgres" if name == FOLDER else name
        self._started_with = stamps.Stamp(settings, f"{kind}-options")

    @property
    def socket_folder(self):
        """Folder of the socket; under /tmp when the work folder's path is too long for one."""
        own = self.folder / "socket"
        if len(os.fsencode(own / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return own
        base = Path("/tmp")  # noqa: S108 -- the folder in it is made 0700 and its owner checked
        suffix = "" if self.folder.name == FOLDER else f"-{self.folder.name}"
        return base / f"suite-{os.getuid()}-{self.settings.identity}{suffix}"

    def running(self):
        """Return the number of the running server, or None."""
        return self.pid_file.pid() if self.data.exists() else None

    def port(self):
        """Return the port of the running server (it also names the socket), else the chosen one."""
        try:
            return int(self.pid_file.path.read_text(encoding="utf-8").splitlines()[3])
        except (OSError, IndexError, ValueError):
            return self.settings.pg_port or DEFAULT_PORT

    def start(self):
        """Create the cluster if there is none and start it if it is not running.

        A running one is restarted when its options are no longer the chosen ones.
        """
        if self.running() and self._answers() and self._started_with.matches(self._options_key()):
            return False
        pg_binaries.binaries(self.settings)  # may have to be fetched: a step of its own
        title = f"starting {self.TITLE}" if self.data.exists() else f"creating {self.TITLE}"
        with output.step(title):
            self._prepare_folders()
            if not self.data.exists():
                self._create()
            if self.running():
                self.stop()  # other options are wanted, or it does not answer (its socket was removed)
            self._launch()
            self._started_with.set(self._options_key())
        return True

    def stop(self):
        """Stop the server; return True when one was running."""
        # SIGINT is PostgreSQL's "fast" shutdown: sessions end, data are complete
        return bool(self.running()) and self.pid_file.stop(grace=60, first=signal.SIGINT)

    # -- steps -----------------------------------------------------------------------------------
    def _answers(self):
        program = pg_binaries.binaries(self.settings) / "pg_isready"
        try:
            process.run(
                [program, "--quiet", "-h", self.socket_folder, "-p", self.port(), "-t", "5"]
            )
        except CommandFailed:
            return False
        return True

    def _prepare_folders(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        pg_user.make_private(self.socket_folder)
        if os.getuid() == 0:
            os.chown(self.folder, *pg_user.owner())

    def _create(self):
        temporary = self.folder / "data.new"
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        # The socket's folder is closed to other users, so local connections need no password;
        # over TCP (only when a port is asked for) one is required.
        self._run(
            "initdb", "-D", temporary, "-U", ROLE, "--auth-local=trust", "--auth-host=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        temporary.rename(self.data)

    def _launch(self):
        self._drop_stale_pid()
        options = " ".join(
            f"-c {name}={_shell_quoted(value)}" for name, value in self._options().items()
        )
        try:
            self._run(
                "pg_ctl", "start", "-w", "-t", "60", "-D", self.data, "-l", self.log, "-o", options
            )
        except CommandFailed as error:
            raise SuiteError(
                f"PostgreSQL did not start: {self._last_words()}; see {self.log}."
            ) from error
        self._allow_tcp()

    def _drop_stale_pid(self):
        """Remove the files that name a server which is gone, when its number is still (or again) in use.

        PostgreSQL would take whoever has the number for itself and refuse. The file may only go
        once no process works in the data folder: it is PostgreSQL's guard against survivors of a
        killed server, which need a moment to notice.
        """
        recorded = self.pid_file.recorded()
        if not recorded or self.running():
            return
        if not process.wait_until(lambda: not process.working_in(self.data), 20):
            raise SuiteError(
                f"Processes of a killed PostgreSQL still work in {self.data}; end them and run again."
            )
        if Path(f"/proc/{recorded}").exists():
            self.pid_file.path.unlink(missing_ok=True)
            for leftover in self.socket_folder.glob(".s.PGSQL.*"):
                leftover.unlink()

    def _options_key(self):
        return stamps.text_hash(*sorted(self._options().items()))

    def _options(self):
        durable = "on" if self.settings.pg_fsync else "off"
        return SERVER_OPTIONS | {
            **self.EXTRA_OPTIONS,
            "listen_addresses": "127.0.0.1" if self.settings.pg_port else "",
            "port": str(self.settings.pg_port or DEFAULT_PORT),
            "unix_socket_directories": str(self.socket_folder),
            "fsync": durable,
            "synchronous_commit": durable,
            "full_page_writes": durable,
        }

    def _allow_tcp(self):
        """Give the role its generated password, which TCP connections need."""
        if not self.settings.pg_port:
            return
        password = secret.read(self.settings)["pg_password"]
        target = {"PGHOST": self.socket_folder, "PGPORT": self.port(), "PGUSER": ROLE}
        process.run(
            [pg_binaries.binaries(self.settings) / "psql", "-qX", "-d", "postgres", "-c",
             f"ALTER ROLE {ROLE} PASSWORD '{password}'"],
            env=self.settings.child_environment(**target),
        )  # fmt: skip

    def _last_words(self):
        if not self.log.exists():
            return "it said nothing"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        last = (fatal or lines or ["it said nothing"])[-1]
        return re.sub(r"^.*?(FATAL|PANIC): +", "", last).strip()

    def _run(self, program, *arguments):
        command = [pg_binaries.binaries(self.settings) / program, *arguments]
        return pg_user.run(command, self.folder, self.settings.child_environment(LC_ALL="C.UTF-8"))


def _shell_quoted(value):
    """Quote an option for pg_ctl, which hands it to a shell."""
    return "'" + value.replace("'", "'\\''") + "'"
