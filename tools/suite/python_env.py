"""The virtual environment with Odoo's Python packages: pinned, hashes checked."""

import re
import shutil
import subprocess
import sys

from suite import output, process, stamps, system
from suite.errors import CommandFailed, SuiteError


def ensure(settings):
    """Build the environment once; a half-built or outdated one is built anew.

    :raise SuiteError: when Python lacks venv, or the packages cannot be fetched
    """
    if settings.venv_given:
        _check_given(settings)
        return
    build(settings, settings.venv, settings.config / "requirements.txt", "Python packages of Odoo")


def build(settings, folder, requirements, title):
    """Build a virtual environment from a file of pinned packages with hashes.

    Used for Odoo's packages and by the lint step for its own tools.

    :param folder: where it goes; replaced when it is not complete or the pins changed
    :param requirements: the pinned file; `--no-deps` is passed, so it names every package
    :param title: what to call it on the screen
    """
    stamp = stamps.Stamp(settings, folder.name)
    key = stamps.text_hash(stamps.file_hash(requirements), sys.version, folder)
    if stamp.matches(key) and (folder / "bin" / "python").exists():
        return
    stamp.clear()
    with output.step(title) as progress:
        shutil.rmtree(folder, ignore_errors=True)
        _create(settings, folder)
        _install(settings, folder, requirements, progress)
    stamp.set(key)


def pip(folder):
    """Return the words that run pip for a virtual environment.

    Debian splits venv: without python3-venv environments come without pip, and the machine's pip
    (if there is one) works on them from outside.
    """
    python = folder / "bin" / "python"
    if any(folder.glob("lib/python*/site-packages/pip")):
        return [python, "-m", "pip", "--disable-pip-version-check"]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]


def _create(settings, folder):
    if not (_can("ensurepip") or _can("pip")):
        for unmet in system.ensure(settings, (system.PYTHON_VENV,)):
            raise SuiteError(unmet)
    with_pip = [] if _can("ensurepip") else ["--without-pip"]
    process.run([sys.executable, "-m", "venv", *with_pip, folder])


def _can(module):
    """Ask a new interpreter, which also sees what was installed a moment ago."""
    return not subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, check=False
    ).returncode


def _install(settings, folder, requirements, progress):
    total = len(re.findall(r"^[\w.-]+==", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    seen = 0

    def on_line(line):
        nonlocal seen
        if line.startswith("Collecting"):
            seen += 1
            progress.show(f"{seen} of about {total}: {line.split()[1].split('==')[0]}")
        elif line.startswith("Installing"):
            progress.show("installing what was fetched")

    words = [*pip(folder), "install", "--progress-bar", "off", "--no-deps"]
    try:
        process.run(
            [*words, "--require-hashes", "--only-binary", ":all:", "-r", requirements],
            on_line=on_line,
            env=settings.child_environment(),
        )
    except CommandFailed as error:
        raise SuiteError(sentence(error)) from error


def sentence(error):
    """Turn pip's complaint into one sentence."""
    if "DO NOT MATCH THE HASHES" in error.output:
        return "A Python package is not the one that was pinned (its hash differs); do not use this network's index."
    if re.search(
        r"NewConnectionError|Name or service|Network is unreachable|Read timed out|ProxyError",
        error.output,
    ):
        return "The Python packages cannot be fetched; check the network (or proxy) and run again."
    lines = [line for line in error.output.splitlines() if line.startswith("ERROR")]
    return f"pip could not install the Python packages: {(lines or [str(error)])[0].removeprefix('ERROR: ')}"


def _check_given(settings):
    if not settings.venv_python.exists():
        raise SuiteError(
            f"SUITE_VENV={settings.venv_given} has no bin/python; point it at a virtual environment."
        )
    probe = [settings.venv_python, "-c", "import psycopg2, lxml, werkzeug, pytest"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        raise SuiteError(
            f"SUITE_VENV={settings.venv_given} lacks Odoo's packages; install config/requirements.txt into it."
        )
