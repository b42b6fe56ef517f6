"""All settings of the command in one frozen object: options, then environment, then defaults."""

import dataclasses
import hashlib
import os
from pathlib import Path

from suite.errors import SuiteError

PROJECT = Path(__file__).resolve().parents[2]

# One row per environment variable: name, default shown in the help, meaning.
# The help, docs/running.md and the tests read this table; nothing else reads the environment.
VARIABLES = (
    ("SUITE_DATA", ".work", "folder for everything fetched, built, run and logged (--data)"),
    ("SUITE_PORT", "8069", "HTTP port of Odoo on 127.0.0.1 (--port)"),
    (
        "SUITE_WORKERS",
        "2",
        "Odoo's HTTP worker processes; 0 = one process with threads (--workers)",
    ),
    ("SUITE_PYTHON", "first found", "the Python 3.10-3.13 to use (read by the launcher itself)"),
    ("SUITE_VENV", "built", "a ready virtual environment to use instead of building one"),
    (
        "SUITE_DATABASE_URL",
        "own cluster",
        "your own PostgreSQL: postgresql://user:password@host:5432",
    ),
    ("SUITE_PG_PORT", "none", "also let the own cluster listen on 127.0.0.1 at this port"),
    ("SUITE_PG_FSYNC", "off", "on: the own cluster survives a power cut, and is slower"),
    ("SUITE_SYSTEM_PACKAGES", "yes", "no: never install system packages with apt (--no-install)"),
    ("SUITE_PROOF", "", "1: the long test profiles; set by ./suite proof"),
    ("ODOO_SOURCE", "Debian package", "an Odoo 19 tree (git checkout or packaged layout) to use"),
)

DEMO_DATABASE = "suite"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off"}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the user chose, and where things lie because of it.

    Everything is derived from the fields, so that two objects with equal fields act alike.
    """

    project: Path = PROJECT
    data: Path = PROJECT / ".work"
    port: int = 8069
    workers: int = 2
    venv_given: Path | None = None
    database_url: str | None = None
    pg_port: int | None = None
    pg_fsync: bool = False
    install_system_packages: bool = True
    odoo_source: Path | None = None

    @classmethod
    def from_environment(cls, environ=os.environ, **options):
        """Build the settings; `options` that are not None win over the environment.

        :param environ: mapping with the variables of :data:`VARIABLES`
        :param options: field names with values from the command line
        :raise SuiteError: when a variable holds something that cannot be meant
        """
        values = {
            "data": _folder(environ, "SUITE_DATA"),
            "port": _port(environ, "SUITE_PORT"),
            "workers": _number(environ, "SUITE_WORKERS", 0, 64),
            "venv_given": _folder(environ, "SUITE_VENV"),
            "database_url": environ.get("SUITE_DATABASE_URL") or None,
            "pg_port": _port(environ, "SUITE_PG_PORT"),
            "pg_fsync": _flag(environ, "SUITE_PG_FSYNC"),
            "install_system_packages": _flag(environ, "SUITE_SYSTEM_PACKAGES"),
            "odoo_source": _folder(environ, "ODOO_SOURCE"),
        }
        values.update({name: value for name, value in options.items() if value is not None})
        return cls(**{name: value for name, value in values.items() if value is not None})

    # -- places in the project -------------------------------------------------------------------
    @property
    def addons(self):
        """Folder of the suite's own Odoo modules."""
        return self.project / "addons"

    @property
    def config(self):
        """Folder of the templates and pinned requirements."""
        return self.project / "config"

    @property
    def tests(self):
        """Folder of the tests over the wire."""
        return self.project / "tests"

    # -- places in the work folder ---------------------------------------------------------------
    @property
    def venv(self):
        """The virtual environment with Odoo's Python packages."""
        return self.venv_given or self.data / "venv"

    @property
    def venv_python(self):
        """Python of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def debian_root(self):
        """Where the distribution's Odoo package is unpacked."""
        return self.data / "odoo"

    @property
    def run(self):
        """Pid files, rendered configuration, secrets, stamps."""
        return self.data / "run"

    @property
    def logs(self):
        """Log files of servers, installations and tests."""
        return self.data / "logs"

    @property
    def filestore(self):
        """Odoo's data folder (attachments and sessions)."""
        return self.data / "filestore"

    @property
    def odoo_conf(self):
        """The rendered server configuration (mode 0600: it holds secrets)."""
        return self.run / "odoo.conf"

    @property
    def identity(self):
        """Short name that is different for each work folder."""
        return hashlib.sha256(str(self.data).encode()).hexdigest()[:10]

    def child_environment(self, **extra):
        """Return the environment for programs the suite starts.

        Compiled Python files go to the work folder, so that the project stays clean and Odoo
        still starts from compiled files on machines where writing them is switched off.
        """
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "DATABASE_URL"}
            and not name.startswith(("PG", "ODOO_RC"))
        }
        environment["PYTHONPYCACHEPREFIX"] = str(self.data / "pycache")
        if CERTIFICATES.exists():
            # Node does not look at the machine's own; behind a company's proxy it would give up
            environment.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
        environment.update({name: str(value) for name, value in extra.items()})
        return environment


def _folder(environ, name):
    value = environ.get(name)
    return Path(value).expanduser().absolute() if value else None


def _number(environ, name, lowest, highest):
    value = environ.get(name)
    if not value:
        return None
    if not value.isdigit() or not lowest <= int(value) <= highest:
        raise SuiteError(
            f"{name}={value} is not a number from {lowest} to {highest}; correct or unset it."
        )
    return int(value)


def _port(environ, name):
    return _number(environ, name, 1, 65535)


def _flag(environ, name):
    value = environ.get(name, "").strip().lower()
    if not value:
        return None
    if value not in YES | NO:
        raise SuiteError(f"{name}={value} is neither yes nor no; correct or unset it.")
    return value in YES
