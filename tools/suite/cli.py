"""The command line: which words there are, and what each one calls."""

import argparse
import errno
import importlib
import os
import signal
import sys
from pathlib import Path

from suite import demo, fleet, ground, inspect_demo, lock, output, system
from suite.errors import SuiteError
from suite.settings import VARIABLES, Settings


def main(words=None):
    """Run the command; return its exit code.

    What the user can act on is one sentence on standard error and 1, never a traceback.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # end as with Ctrl-C: tidied up
    try:
        options = _parser().parse_args(words)
        return _dispatch(options) or 0
    except SuiteError as error:
        output.complain(str(error))
    except KeyboardInterrupt:
        output.complain("stopped by you; run the same command again to go on.")
        return 130
    except BrokenPipeError:
        # the reader of our output is gone (head, less): nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        output.complain(
            f"{error.filename} may not be used by you; is the work folder another user's? Choose one with --data."
        )
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        output.complain("no space left on the disk; free some and run again, what is done is kept.")
    return 1


def _dispatch(options):
    settings = _settings(options)
    if options.unlocked or getattr(options, "what", None) == "status":
        return options.action(settings, options)
    ground.claim_folder(settings)
    with lock.work_lock(settings):
        return options.action(settings, options)


def _settings(options):
    data = Path(options.data).expanduser().absolute() if options.data else None
    return Settings.from_environment(
        data=data,
        port=getattr(options, "port", None),
        workers=getattr(options, "workers", None),
        install_system_packages=False if getattr(options, "no_install", False) else None,
    )


# -- actions ---------------------------------------------------------------------------------------
def _up(settings, options):
    demo.up(settings, update=options.update, with_stand_ins=options.stand_ins)


def _down(settings, _options):
    demo.down(settings)


def _cluster(settings, options):
    if options.what == "status":
        return fleet.status(settings)
    if options.what == "down":
        output.say("Stopped: the cluster." if fleet.down(settings) else "Nothing was running.")
        return 0
    ground.prepare(settings, needs=system.FOR_CLUSTER)
    fleet.up(settings, new=options.new)
    return 0


def _update(settings, options):
    demo.update_modules(settings, options.modules)


def _reset(settings, options):
    what = (
        f"the whole work folder {settings.data}"
        if options.all
        else "the demo database with all that is in it"
    )
    if not options.yes and not _confirmed(f"Remove {what}?"):
        raise SuiteError("Nothing was removed.")
    if options.all:
        ground.remove_all(settings)
    else:
        demo.require(settings)
        demo.reset(settings)
    output.say("Removed; ./suite up makes it anew.")


def _confirmed(question):
    if not sys.stdin.isatty():
        raise SuiteError("There is nobody to confirm; add --yes.")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _status(settings, _options):
    return inspect_demo.status(settings)


def _logs(settings, options):
    inspect_demo.logs(settings, name=options.name, lines=options.lines, follow=options.follow)


def _shell(settings, options):
    inspect_demo.shell(settings, psql=options.psql, arguments=options.arguments)


def _check(settings, options):
    return 1 if _part("check").run(settings, options.database) else 0


def _translate(settings, options):
    _part("translations").run(settings, options.modules)
    return 0


def _test(settings, options):
    return _part("testing").run(
        settings, options.modules, pattern=options.pattern, fast=options.fast
    )


def _proof(settings, options):
    return _part("testing").proof(settings, pattern=options.pattern)


def _lint(settings, options):
    return 1 if _part("lint").run(settings, options.paths, fix=options.fix) else 0


def _bench(settings, options):
    ground.prepare(settings, needs=system.FOR_RUNNING)
    return _part("bench").run(settings, options.names, options.json)


def _part(name):
    """Import a part of the command only when it is asked for."""
    try:
        return importlib.import_module(f"suite.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"suite.{name}":
            raise
        raise SuiteError(
            f"tools/suite/{name}.py is not there; this checkout is not complete."
        ) from error


# -- words -----------------------------------------------------------------------------------------
def _parser():
    parser = argparse.ArgumentParser(
        prog="./suite",
        description="Runs the suite of Odoo 19 add-ons: ./suite up shows it, ./suite test tests it.",
        epilog=_variables_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", metavar="DIR", help="work folder (default: .work in the project)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for declare in (_declare_running, _declare_checking, _declare_looking):
        declare(commands)
    return parser


def _command(commands, name, action, text, *, unlocked=False):
    """Add a command; `unlocked` ones may run beside another one."""
    parser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=_variables_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="work folder")
    parser.set_defaults(action=action, unlocked=unlocked)
    return parser


def _no_install(parser):
    parser.add_argument(
        "--no-install", action="store_true", help="never install system packages with apt"
    )


def _declare_running(commands):
    parser = _command(commands, "up", _up, "bring up Odoo with demo data, from nothing if need be")
    parser.add_argument("--port", type=_port, help="HTTP port of Odoo (default 8069)")
    parser.add_argument("--workers", type=int, help="HTTP worker processes (default 2)")
    parser.add_argument("--update", action="store_true", help="update modules whose files changed")
    parser.add_argument(
        "--stand-ins",
        action="store_true",
        help="also start stand-ins of Fortnox, Tripletex and Twinfield, and connect the demo's company",
    )
    _no_install(parser)
    _command(commands, "down", _down, "stop what up started")
    parser = _command(
        commands,
        "cluster",
        _cluster,
        "run several machines on this one: two Odoo servers, a job server, a proxy, PostgreSQL with a replica",
    )
    parser.add_argument("what", nargs="?", choices=("up", "down", "status"), default="up")
    parser.add_argument(
        "--port", type=_port, help="port of the proxy; the six after it are used too"
    )
    parser.add_argument(
        "--workers", type=int, help="processes of each of the two servers (default 2)"
    )
    parser.add_argument("--new", action="store_true", help="begin anew with a copy of the demo")
    _no_install(parser)
    parser = _command(
        commands, "update", _update, "update modules in the demo (all if none is named)"
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser = _command(commands, "reset", _reset, "drop the demo database")
    parser.add_argument("--all", action="store_true", help="remove the whole work folder instead")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _declare_checking(commands):
    parser = _command(commands, "test", _test, "run all tests")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="only these modules' tests")
    parser.add_argument(
        "-k", dest="pattern", metavar="PATTERN", help="only tests whose name contains this"
    )
    parser.add_argument(
        "--fast", action="store_true", help="leave out browser tours and slow tests"
    )
    _no_install(parser)
    parser = _command(commands, "proof", _proof, "run the long versions of the tests over the wire")
    parser.add_argument(
        "-k", dest="pattern", metavar="PATTERN", help="only tests whose name contains this"
    )
    _no_install(parser)
    parser = _command(commands, "lint", _lint, "check style and rules of the code")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--fix", action="store_true", help="first mend what the tools can mend")
    parser = _command(
        commands, "translate", _translate, "bring templates and translations of terms up to date"
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser = _command(commands, "bench", _bench, "measure and compare with the recorded figures")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    _no_install(parser)


def _declare_looking(commands):
    _command(commands, "status", _status, "say what runs where", unlocked=True)
    parser = _command(
        commands, "logs", _logs, "show a log (the demo server's if none is named)", unlocked=True
    )
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("-f", "--follow", action="store_true", help="go on as it grows")
    parser.add_argument(
        "--lines", type=int, default=50, help="how many lines from the end (default 50)"
    )
    parser = _command(
        commands, "check", _check, "prove that what the demo database holds is right", unlocked=True
    )
    parser.add_argument("database", nargs="?", metavar="DATABASE", help="another database")
    parser = _command(
        commands, "shell", _shell, "open Odoo's shell on the demo database", unlocked=True
    )
    parser.add_argument("--psql", action="store_true", help="open psql instead")
    parser.add_argument(
        "arguments", nargs="*", metavar="ARGUMENT", help="more words for it, after --"
    )


def _port(text):
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port (1 to 65535)")
    return int(text)


def _variables_table():
    rows = [f"  {name:<22} {default:<15} {meaning}" for name, default, meaning in VARIABLES]
    return "\n".join(["environment variables (an option wins over its variable):", *rows])
