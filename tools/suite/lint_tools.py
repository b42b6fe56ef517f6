"""The table of checks: which tool sees which files, how it is called and how it is read."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

CONFIG = "config/lint"
LINE = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+)(?::\d+)?:?\s+(?P<text>.+)$")
TEXT_SUFFIXES = (
    *(".py", ".xml", ".js", ".cjs", ".scss", ".css", ".csv", ".md", ".yml", ".yaml"),
    *(".json", ".sh", ".toml", ".in", ".cfg", ".conf", ".template", ".txt", ""),
)
PRETTIER_SUFFIXES = (".xml", ".js", ".cjs", ".scss", ".css", ".yml", ".yaml", ".json", ".md")

Found = Iterable[tuple[str, int, str]]


class Tools(NamedTuple):
    """Where the installed tools are: folder of programs, node, folder of npm packages."""

    bin: Path
    node: Path
    modules: Path


# ---- which files -------------------------------------------------------------


def _by_suffix(*suffixes: str) -> Callable[[list[str]], list[str]]:
    return lambda files: [name for name in files if PurePosixPath(name).suffix in suffixes]


def _addon_python(files: list[str]) -> list[str]:
    return [name for name in files if name.startswith("addons/") and name.endswith(".py")]


def _compose(files: list[str]) -> list[str]:
    return [name for name in files if name == "docker-compose.yml"]


def _shell(files: list[str]) -> list[str]:
    return [name for name in files if name.endswith(".sh") or name in ("suite", ".ci/run")]


def _rules_python(files: list[str]) -> list[str]:
    return [name for name in _addon_python(files) if name.split("/")[2] == "rules"]


def addon_folders(files: list[str]) -> list[str]:
    """Return the add-on folders that the files belong to."""
    parts = (name.split("/") for name in files if name.startswith("addons/"))
    return sorted({"/".join(part[:2]) for part in parts if len(part) > 2})


# ---- how the output is read --------------------------------------------------


def read_lines(process: subprocess.CompletedProcess) -> Found:
    """Read ``path:line: text``, the common form."""
    for line in process.stdout.splitlines():
        if match := LINE.match(line):
            yield match["path"], int(match["line"]), match["text"]


def read_prettier(process: subprocess.CompletedProcess) -> Found:
    """Read the names of files that would change, and the syntax errors."""
    for name in process.stdout.split("\n"):
        if name:
            yield name, 1, "not formatted: ./suite lint --fix"
    for line in process.stderr.splitlines():
        if match := re.match(r"\[error\] ([^:\s]+): (.*)", line):
            yield match[1], 1, match[2]


def read_json(process: subprocess.CompletedProcess) -> Found:
    """Read the JSON of eslint and dclint, which have no line format."""
    for entry in json.loads(process.stdout or "[]"):
        for message in entry["messages"]:
            rule = message.get("ruleId") or message.get("rule")
            text = f"{rule}: {message['message']}"
            yield os.path.relpath(entry["filePath"]), message.get("line", 1), text


# ---- the table, slowest first ------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One tool. ``fix`` is the same tool mending what it can, None where it cannot."""

    name: str
    choose: Callable[[list[str]], list[str]]
    command: Callable[[Tools], list[str]]
    fix: Callable[[Tools], list[str]] | None = None
    read: Callable[[subprocess.CompletedProcess], Found] = read_lines


def _python_tool(name: str, *arguments: str) -> Callable[[Tools], list[str]]:
    return lambda tools: [str(tools.bin / name), *arguments]


def _node_tool(script: str, *arguments: str) -> Callable[[Tools], list[str]]:
    return lambda tools: [str(tools.node), str(tools.modules / script), *arguments]


def _prettier(mode: str) -> Callable[[Tools], list[str]]:
    def command(tools: Tools) -> list[str]:
        plugin = tools.modules / "@prettier/plugin-xml/src/plugin.js"
        program = tools.modules / "prettier/bin/prettier.cjs"
        config = ["--config", f"{CONFIG}/prettier.config.cjs", "--plugin", str(plugin)]
        ignore = ["--ignore-path", f"{CONFIG}/prettierignore"]
        return [str(tools.node), str(program), *config, *ignore, mode]

    return command


RUFF = ("--config", f"{CONFIG}/ruff.toml")
ESLINT = ("eslint/bin/eslint.js", "--config", f"{CONFIG}/eslint.config.cjs", "--format", "json")
# One message less than all: a long model goes on in a second file, see lint_house. Only the
# command line can take a message out of a group that the file enables.
PYLINT = (
    *("pylint", "--rcfile", f"{CONFIG}/pylintrc"),
    "--disable=consider-merging-classes-inherited",
)
# Checks the schema of the Compose specification, too.
DCLINT = ("dclint/bin/dclint.cjs", "--config", f"{CONFIG}/dclint.json", "--formatter", "json")

CHECKS = [
    Check("pylint-odoo", _addon_python, _python_tool(*PYLINT)),
    Check(
        "prettier",
        _by_suffix(*PRETTIER_SUFFIXES),
        _prettier("--list-different"),
        _prettier("--write"),
        read_prettier,
    ),
    Check(
        "eslint",
        _by_suffix(".js", ".cjs"),
        _node_tool(*ESLINT),
        _node_tool(*ESLINT, "--fix"),
        read_json,
    ),
    Check("shellcheck", _shell, _python_tool("shellcheck", "--format", "gcc")),
    Check("dclint", _compose, _node_tool(*DCLINT), read=read_json),
    Check(
        "oca module",
        addon_folders,
        _python_tool("oca-checks-odoo-module", "--config", f"{CONFIG}/oca_hooks.cfg"),
        _python_tool("oca-checks-odoo-module", "--config", f"{CONFIG}/oca_hooks.cfg", "--fix"),
    ),
    Check(
        "oca po",
        _by_suffix(".po", ".pot"),
        _python_tool("oca-checks-po", "--config", f"{CONFIG}/oca_hooks.cfg"),
        _python_tool("oca-checks-po", "--config", f"{CONFIG}/oca_hooks.cfg", "--fix"),
    ),
    Check(
        "codespell",
        _by_suffix(*TEXT_SUFFIXES),
        _python_tool("codespell", "--config", f"{CONFIG}/codespell.cfg"),
    ),
    Check(
        "ruff",
        _by_suffix(".py"),
        _python_tool("ruff", "check", *RUFF, "--quiet", "--output-format", "concise"),
        _python_tool("ruff", "check", *RUFF, "--fix"),
    ),
    Check(
        "ruff format",
        _by_suffix(".py"),
        _python_tool("ruff", "format", *RUFF, "--check", "--output-format", "concise"),
        _python_tool("ruff", "format", *RUFF),
    ),
    Check(
        "ruff rules",
        _rules_python,
        _python_tool(
            *("ruff", "check", "--quiet", "--output-format", "concise"),
            *("--config", f"{CONFIG}/ruff-rules.toml"),
        ),
    ),
]


# ---- manifests: licences, missing dependencies, cycles -----------------------

# Pinned for the server beside Odoo's own add-ons; LGPL-3.
OTHER_ADDONS = {"queue_job"}
MANIFESTOO = ("--odoo-series=19.0", "--no-addons-path-from-import-odoo", "-d", "addons")
MANIFEST_CHECKS = (
    ("check-licenses", "--transitive"),
    (
        *("list-depends", "--transitive", "--include-selected", "--ignore-missing"),
        "--sort=topological",
    ),
)


def manifestoo(tools: Tools) -> list[str]:
    """Return the command that reads the manifests; one of MANIFEST_CHECKS follows it."""
    return [str(tools.bin / "manifestoo"), *MANIFESTOO]


def core_addons(tools: Tools) -> set[str]:
    """Return the names of Odoo's Community add-ons, from manifestoo's own list."""
    lists = "lib/python*/site-packages/manifestoo_core/core_addons/addons-19.0-c.txt"
    (path,) = tools.bin.parent.glob(lists)
    return {line for line in path.read_text(encoding="utf-8").split() if not line.startswith("#")}


def manifest_findings(process: subprocess.CompletedProcess, core: set[str]) -> Iterable[str]:
    """Read manifestoo's complaints, leaving out what it cannot see: Odoo's own add-ons."""
    for line in process.stderr.splitlines() if process.returncode else ():
        name = line.removesuffix(" not found")
        if name == line or name not in core | OTHER_ADDONS:
            yield line
