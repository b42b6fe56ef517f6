"""``./suite lint``: every check of the house in one run.

Tools come from PyPI and npm, pinned with hashes, into the work folder; a stamp over the pinned
files lets the next run start at once. Each tool sees the files git tracks or would track.
"""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from suite import lint_house, lint_setup, lint_tools, output
from suite.errors import SuiteError

# Suffixes of the files that the house's own checks read.
HOUSE_SUFFIXES = (".py", ".xml", ".js", ".cjs", ".scss", ".md", ".yml", ".sh", "")
LAST_WORDS = 15  # lines of a failed tool's output that are shown


class Message(NamedTuple):
    """One thing to mend."""

    path: str
    line: int
    tool: str
    text: str


def run(settings, paths, fix=False):
    """Run all checks and print their messages.

    :param paths: files or folders to look at; empty for the whole repository
    :param fix: let the tools that can mend first, then check
    :return: the number of messages
    """
    started = time.monotonic()
    tools = lint_setup.prepare(settings)
    files = list_files(settings.project, paths)
    if fix:
        _fix(settings, tools, files)
    messages = _check(settings, tools, files)
    for message in sorted(messages):
        output.say(f"{message.tool}: {message.path}:{message.line}: {message.text}")
    spent = time.monotonic() - started
    output.say(f"{len(messages)} messages in {len(files)} files, {spent:.1f} s")
    return len(messages)


def list_files(project, paths):
    """Return the tracked and not ignored files below `paths`, relative to the repository."""
    missing = [path for path in paths if not Path(path).exists()]
    if missing:
        raise SuiteError(f"There is no file or folder {missing[0]}; name existing ones.")
    wanted = [os.path.relpath(Path(path).resolve(), project.resolve()) for path in paths]
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run(
        [*command, *wanted], cwd=project, check=True, capture_output=True, text=True
    )
    names = set(filter(None, listed.stdout.split("\0")))
    return sorted(name for name in names if (project / name).is_file())


def _fix(settings, tools, files):
    """Let each mending tool run alone: two of them may want the same file."""
    for check in lint_tools.CHECKS:
        chosen = check.choose(files)
        if check.fix and chosen:
            _call(settings, check.fix(tools), chosen)


def _check(settings, tools, files):
    """Run every check, as many at a time as there are processors."""
    jobs = [(check, check.choose(files)) for check in lint_tools.CHECKS]
    messages = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = [
            (check.name, pool.submit(_timed, _run_tool, settings, tools, check, chosen))
            for check, chosen in jobs
            if chosen
        ]
        futures.append(("manifests", pool.submit(_timed, _run_manifests, settings, tools, files)))
        futures.append(("house", pool.submit(_timed, _run_house, settings, files)))
        for name, future in futures:
            found, spent = future.result()
            output.say(f"{name:<12} {len(found):>4} messages {spent:6.1f} s")
            messages += found
    return set(messages)


def _timed(function, *arguments):
    started = time.monotonic()
    return list(function(*arguments)), time.monotonic() - started


def _call(settings, command, names):
    environment = settings.child_environment(NODE_PATH=lint_setup.node_modules(settings))
    return subprocess.run(
        [*command, *names], cwd=settings.project, env=environment, capture_output=True, text=True
    )


def _run_tool(settings, tools, check, chosen):
    """Run one tool; one that fails without a readable message is a message itself."""
    finished = _call(settings, check.command(tools), chosen)
    found = [Message(path, line, check.name, text) for path, line, text in check.read(finished)]
    if finished.returncode and not found:
        lines = (finished.stdout + finished.stderr).splitlines()[-LAST_WORDS:]
        found = [Message("-", 0, check.name, line) for line in lines or ["failed silently"]]
    return found


def _run_manifests(settings, tools, files):
    """Check licences, missing dependencies and cycles of all add-ons together."""
    if not lint_tools.addon_folders(files):
        return
    for arguments in lint_tools.MANIFEST_CHECKS:
        finished = _call(settings, [*lint_tools.manifestoo(tools), *arguments], [])
        for line in lint_tools.manifest_findings(finished, lint_tools.core_addons(tools)):
            yield Message("addons", 0, "manifests", line)


def _run_house(settings, files):
    for name in files:
        if Path(name).suffix in HOUSE_SUFFIXES and name != "LICENSE":
            text = (settings.project / name).read_text(encoding="utf-8")
            for line, said in lint_house.check_text(name, text):
                yield Message(name, line, "house", said)
    for folder in lint_house.empty_folders(settings.project / "addons"):
        yield Message(os.path.relpath(folder, settings.project), 0, "house", "an empty folder")
