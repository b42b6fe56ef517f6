"""Programs of the operating system: a browser, the PDF renderer, a reader of bar codes, fonts.

They are the only things outside the work folder. Root gets those that are missing installed with
apt (unless told not to); everybody else is told what to type.
"""

import dataclasses
import os
import shutil
from pathlib import Path

from suite import output, process
from suite.errors import CommandFailed, SuiteError

USR = Path("/usr")


@dataclasses.dataclass(frozen=True)
class Need:
    """A system package, what it is for, and how to see that it is there."""

    package: str
    reason: str
    programs: tuple = ()
    files: str = ""  # pattern below /usr

    def met(self):
        """Tell whether one of the programs, or a file that fits, is on this machine."""
        found = any(shutil.which(program) for program in self.programs)
        return found or bool(self.files and any(USR.glob(self.files)))


RENDERER = Need("wkhtmltopdf", "PDF documents of Odoo itself", programs=("wkhtmltopdf",))
FONT = Need(
    "fonts-dejavu-core", "letters in PDF documents and pages", files="share/fonts/truetype/dejavu/*"
)
BROWSER = Need(
    "chromium",
    "browser tests",
    programs=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
DECODER = Need("zbar-tools", "tests that read printed codes back", programs=("zbarimg",))
PAGES = Need("poppler-utils", "tests that look at printed pages", programs=("pdftoppm",))
CLOCK = Need("faketime", "tests that move the clock", files="lib/*/faketime/libfaketimeMT.so.1")
PYTHON_VENV = Need(
    "python3-venv", "virtual environments", files="lib/python3*/ensurepip/__init__.py"
)
PROXY = Need("haproxy", "a proxy before several servers", files="sbin/haproxy")
FOR_RUNNING = (RENDERER, FONT)
FOR_CLUSTER = (*FOR_RUNNING, PROXY)
FOR_FAST_TESTS = (*FOR_CLUSTER, DECODER, PAGES, CLOCK)
FOR_TESTS = (*FOR_FAST_TESTS, BROWSER)


def ensure(settings, needs):
    """Install what is missing, where that is allowed.

    :param needs: tuple of :class:`Need`
    :return: list of sentences, one per need that stays unmet
    """
    missing = [need for need in needs if not need.met()]
    if (
        missing
        and settings.install_system_packages
        and os.getuid() == 0
        and shutil.which("apt-get")
    ):
        _install(settings, missing)
    return [sentence(need) for need in missing if not need.met()]


def sentence(need):
    """Say what is missing and what to type."""
    if need is RENDERER and not _offered(need):
        return (
            f"{need.package} is missing ({need.reason}) and this distribution no longer offers it; "
            "install the upstream package wkhtmltox 0.12.6."
        )
    return f"{need.package} is missing ({need.reason}); type: apt-get install {need.package} (as root)."


def _install(settings, missing):
    offered = [need.package for need in missing if _offered(need)]
    if len(offered) < len(missing):
        with output.step("reading the machine's package lists (apt-get update)"):
            _apt(settings, "update")
        offered = [need.package for need in missing if _offered(need)]
    if not offered:
        return
    words = ("install", "--yes", "--no-install-recommends", *offered)
    with output.step(f"installing system packages: {' '.join(offered)}") as progress:
        try:
            _apt(settings, *words, on_line=progress.show)
        except CommandFailed:
            # the machine's lists may name versions the mirror no longer has
            _apt(settings, "update")
            _apt(settings, *words, on_line=progress.show)


def _apt(settings, *words, on_line=None):
    environment = settings.child_environment(DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    # another apt may be at work on a fresh machine: wait for it rather than fail
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3", *words]
    try:
        return process.run(command, env=environment, on_line=on_line)
    except CommandFailed as error:
        if "Unable to fetch" in error.output or "Failed to fetch" in error.output:
            raise SuiteError(
                "The system packages cannot be fetched; check the network, or go on without them (--no-install)."
            ) from error
        raise


def _offered(need):
    """Tell whether the machine's apt knows a version to install."""
    if not shutil.which("apt-cache"):
        return False
    printed = process.run(["apt-cache", "policy", need.package], env=os.environ | {"LC_ALL": "C"})
    return "Candidate:" in printed and "Candidate: (none)" not in printed
