"""Odoo from the distribution: fetched with apt into private folders and unpacked, without root.

apt checks the signatures; the mirror is the one the machine itself uses. Odoo's package links to
web files of other packages, which are unpacked beside it.
"""

import contextlib
import re
import shutil
import threading
from pathlib import Path

from suite import output, process, stamps
from suite.errors import CommandFailed, SuiteError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")

PACKAGES = (
    "odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-glyphicons-halflings",
    "fonts-inconsolata", "fonts-font-awesome", "fonts-montserrat", "fonts-ocr-b", "fonts-roboto-unhinted",
    "fonts-dejavu-core",
)  # fmt: skip
UNPACKING = "2"  # raise it when the way of unpacking changes, so that existing folders are redone
ADDONS = "usr/lib/python3/dist-packages/odoo/addons"
# Odoo's pages use the icon names of version 4; sid's version 7 has others
WANTED_VERSION = {"fonts-font-awesome": "4.7"}


def fetch_odoo(settings):
    """Make the unpacked package available under the work folder; quick when it already is."""
    stamp = stamps.Stamp(settings, "odoo")
    key = stamps.text_hash(UNPACKING, *PACKAGES)
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

    >>> stanza = "Types: deb\\nURIs: http://m.example/debian\\nSuites: a b\\nComponents: main"
    >>> list(parse_deb822(stanza))
    [('http://m.example/debian', 'a'), ('http://m.example/debian', 'b')]
    """
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
        usable = (
            "deb" in fields.get("Types", "").split()
            and "main" in fields.get("Components", "").split()
        )
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
        wanted = [f"{name}={version}" for name, version in self._versions(packages).items()]
        printed = self._run("apt-get", "--print-uris", "download", *wanted)
        addresses = re.findall(r"^'[^']+' (\S+) (\d+)", printed, re.MULTILINE)
        total = sum(int(size) for _, size in addresses)
        with _watch(self.files, total, progress):
            self._run("apt-get", "download", *wanted, cwd=self.files)
        return [self.files / name for name, _ in addresses]

    def _versions(self, packages):
        """Return {package: newest version that fits}."""
        found = {}
        for line in self._run("apt-cache", "madison", *packages).splitlines():
            fields = [field.strip() for field in line.split("|")]
            if len(fields) == 3 and WANTED_VERSION.get(fields[0], "") in fields[1]:
                found.setdefault(fields[0], fields[1])
        for package in packages:
            if package not in found:
                raise SuiteError(
                    f"The archive {self.mirror} has no fitting {package}; set ODOO_SOURCE=/path to an Odoo 19 tree."
                )
        return found

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
            return process.run(
                [program, *words, *arguments], env=self.environment, cwd=cwd or self.folder
            )
        except CommandFailed as error:
            if (
                "Unable to fetch" in error.output
                or "Failed to fetch" in error.output
                or "resolve" in error.output
            ):
                raise SuiteError(_network_sentence(self.mirror)) from error
            raise


def _network_sentence(mirror):
    return f"The archive {mirror} cannot be reached; check the network (or proxy) and run again, what is done is kept."


@contextlib.contextmanager
def _watch(folder, total, progress):
    """Show how much of a download lies on the disk while it runs."""
    over = threading.Event()

    def look():
        while not over.wait(0.5):
            size = sum(
                path.stat().st_size for path in (*folder.glob("*.deb"), *folder.glob("partial/*"))
            )
            percent = min(100, size * 100 // max(total, 1))
            progress.show(f"{percent} % ({output.megabytes(size)} of {output.megabytes(total)})")

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _unpack(files, root, progress):
    temporary = root.with_name(f"{root.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for number, path in enumerate(files, 1):
        progress.show(f"{number} of {len(files)}: {path.name.split('_')[0]}")
        process.run(["dpkg", "-x", path, temporary])
    _mend(temporary)
    shutil.rmtree(root, ignore_errors=True)
    temporary.rename(root)


def _mend(root):
    """Fill two gaps of the package.

    The backend's assets name a script (background blur in video calls) that the distribution
    leaves out; each page then logs an error, which fails every browser test. The till's fixed-width
    font is linked to where an older fonts-inconsolata kept it.
    """
    script = root / ADDONS / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(
            "/* left out by the distribution: no background blur in video calls */\n",
            encoding="utf-8",
        )
    expected = root / "usr/share/fonts/truetype/inconsolata/Inconsolata.otf"
    present = root / "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf"
    if present.exists() and not expected.exists():
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.symlink_to(Path("../../opentype/inconsolata") / present.name)
