"""Odoo from the distribution: fetched with apt into private folders and unpacked, without root.

apt checks the signatures; the mirror is the one the machine itself uses. Odoo's package links to
web files of other packages, which are unpacked beside it.
"""

import os
import re
import shutil
from pathlib import Path

from suite import output, process, stamps
from suite.errors import CommandFailed, SuiteError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")
FREE_BYTES_NEEDED = 4 * 1000**3

PACKAGES = (
    "odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-glyphicons-halflings",
    "fonts-inconsolata", "fonts-font-awesome", "fonts-montserrat", "fonts-ocr-b", "fonts-roboto-unhinted",
    "fonts-dejavu-core",
)  # fmt: skip
# Odoo's pages use the icon names of version 4; sid's version 7 has others
WANTED_VERSION = {"fonts-font-awesome": "4.7"}


def fetch_odoo(settings):
    """Make the unpacked package available under the work folder; quick when it already is."""
    stamp = stamps.Stamp(settings, "odoo")
    key = stamps.text_hash("1", *PACKAGES)
    if stamp.matches(key) and settings.debian_root.is_dir():
        return
    require_apt()
    apt = Apt(settings)
    with output.step("reading the distribution's package lists"):
        apt.update()
    with output.step("fetching Odoo 19 and its web files") as progress:
        files = apt.download(PACKAGES, progress)
    with output.step("unpacking Odoo 19") as progress:
        _unpack(files, settings.debian_root, progress)
    stamp.set(key)
    shutil.rmtree(apt.folder)


def require_apt():
    """Refuse, with what to do, on a machine that cannot fetch the package."""
    if not (shutil.which("apt-get") and shutil.which("dpkg") and KEYRING.exists()):
        raise SuiteError(
            "Odoo cannot be fetched here: this is no Debian with apt, dpkg and the archive keyring; "
            "set ODOO_SOURCE=/path to a checkout of Odoo 19."
        )


def read_sources(folder=SOURCES):
    """Return (mirror, release) of the machine's own Debian archive.

    Both formats of apt are read; third-party sources, security and update suites are passed over.

    :raise SuiteError: when there is none
    """
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        entries = parse_deb822(text) if path.suffix == ".sources" else parse_one_line(text)
        for mirror, suite in entries:
            if re.search(r"/debian/?$", mirror) and "-" not in suite and "/" not in suite:
                return mirror.rstrip("/"), suite
    raise SuiteError(
        f"No Debian archive is named in {folder}; add your mirror there, or set ODOO_SOURCE=/path to an Odoo 19 tree."
    )


def parse_one_line(text):
    """Yield (mirror, suite) of a classic sources.list.

    >>> list(parse_one_line("deb [arch=amd64] http://m.example/debian bookworm main\\n# deb x y z"))
    [('http://m.example/debian', 'bookworm')]
    """
    for line in text.splitlines():
        words = re.sub(r"\[[^]]*\]", " ", line.split("#")[0]).split()
        if len(words) >= 4 and words[0] == "deb" and "main" in words[3:]:
            yield words[1], words[2]


def parse_deb822(text):
    """Yield (mirror, suite) of a .sources file.

    >>> list(parse_deb822("Types: deb\\nURIs: http://m.example/debian\\nSuites: trixie trixie-updates\\nComponents: main"))
    [('http://m.example/debian', 'trixie'), ('http://m.example/debian', 'trixie-updates')]
    """
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
        usable = "deb" in fields.get("Types", "").split() and "main" in fields.get("Components", "").split()
        if not usable or fields.get("Enabled", "yes").lower() == "no":
            continue
        for mirror in fields.get("URIs", "").split():
            for suite in fields.get("Suites", "").split():
                yield mirror, suite


class Apt:
    """apt-get with lists and cache of its own; the machine's own state is not touched."""

    def __init__(self, settings):
        self.folder = settings.data / "apt"
        self.files = self.folder / "files"
        self.environment = settings.child_environment(LC_ALL="C.UTF-8")
        self.mirror, self.release = read_sources()

    def update(self):
        """Fetch and verify the package lists of sid and of the machine's release."""
        for name in ("lists/partial", "cache/archives/partial", "state", "files"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        suites = dict.fromkeys(("sid", self.release))
        lines = [f"deb [signed-by={KEYRING}] {self.mirror} {suite} main\n" for suite in suites]
        (self.folder / "sources.list").write_text("".join(lines), encoding="utf-8")
        printed = self._run("apt-get", "update")
        if re.search(r"^(W|E|Err)\b.*", printed, re.MULTILINE) and "Failed to fetch" in printed:
            raise SuiteError(_network_sentence(self.mirror))

    def download(self, packages, progress):
        """Fetch packages into the private folder; files that are complete already are kept."""
        wanted = [f"{name}={self._version(name)}" for name in packages]
        addresses = re.findall(r"^'[^']+' (\S+) (\d+)", self._run("apt-get", "--print-uris", "download", *wanted), re.MULTILINE)
        total = sum(int(size) for _, size in addresses)
        with _watch(self.files, total, progress):
            self._run("apt-get", "download", *wanted, cwd=self.files)
        return [self.files / name for name, _ in addresses]

    def _version(self, package):
        rows = [line.split("|") for line in self._run("apt-cache", "madison", package).splitlines()]
        versions = [row[1].strip() for row in rows if len(row) == 3]
        fitting = [version for version in versions if WANTED_VERSION.get(package, "") in version]
        if not fitting:
            raise SuiteError(
                f"The archive {self.mirror} has no fitting {package}; set ODOO_SOURCE=/path to a checkout of Odoo 19."
            )
        return fitting[0]

    def _run(self, program, *arguments, cwd=None):
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": self.folder / "state",
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": self.folder / "cache",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            # the folder belongs to whoever runs the suite; apt's own user could not write there
            "APT::Sandbox::User": "root",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        try:
            return process.run([program, *words, *arguments], env=self.environment, cwd=cwd or self.folder)
        except CommandFailed as error:
            if "Unable to fetch" in error.output or "Failed to fetch" in error.output or "resolve" in error.output:
                raise SuiteError(_network_sentence(self.mirror)) from error
            raise


def _network_sentence(mirror):
    return f"The archive {mirror} cannot be reached; check the network (or proxy) and run again, what is done is kept."


class _watch:
    """Show how much of a download lies on the disk, while the program runs."""

    def __init__(self, folder, total, progress):
        import threading

        self.folder, self.total, self.progress = folder, total, progress
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_unused):
        self.over.set()
        self.thread.join()

    def _loop(self):
        while not self.over.wait(0.5):
            size = sum(entry.stat().st_size for entry in os.scandir(self.folder) if entry.is_file())
            percent = min(100, size * 100 // max(self.total, 1))
            self.progress.show(f"{percent} % ({output.megabytes(size)} of {output.megabytes(self.total)})")


def _unpack(files, root, progress):
    temporary = root.with_name(f"{root.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for number, path in enumerate(files, 1):
        progress.show(f"{number} of {len(files)}: {path.name.split('_')[0]}")
        process.run(["dpkg", "-x", path, temporary])
    shutil.rmtree(root, ignore_errors=True)
    temporary.rename(root)
