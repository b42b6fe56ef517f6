"""The one command, run as somebody at a terminal runs it.

Each test works in a scratch folder; Odoo's code and Python packages are those of the running
suite, so nothing is fetched again.
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from suite import database, postgres, process
from suite.settings import VARIABLES, Settings

pytestmark = pytest.mark.apart

TINY_MANIFEST = """{
    'name': 'Tiny', 'version': '19.0.1.0.0', 'author': 'Suite', 'license': 'LGPL-3', 'depends': ['base'],
}
"""


@pytest.fixture
def command(settings, tmp_path):
    """Run the project's own command on an empty work folder."""
    return _runner(settings, settings.project / "suite", tmp_path / "work")


@pytest.fixture(scope="module")
def scratch(settings, tmp_path_factory):
    """A copy of the project with one tiny addon, so that bringing it up takes seconds."""
    project = tmp_path_factory.mktemp("project")
    for name in ("tools", "config"):
        shutil.copytree(
            settings.project / name, project / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(settings.project / "suite", project / "suite")
    addon = project / "addons" / "suite_tiny"
    addon.mkdir(parents=True)
    (addon / "__manifest__.py").write_text(TINY_MANIFEST, encoding="utf-8")
    (addon / "__init__.py").write_text("", encoding="utf-8")
    run = _runner(settings, project / "suite", project / ".work")
    (port,) = _free_ports(1)
    yield SimpleNamespace(run=run, data=project / ".work", addon=addon, port=port)
    run("down")


def _runner(settings, launcher, data):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUITE_", "ODOO_", "PG"))
    }
    environment |= {
        "ODOO_SOURCE": str(settings.odoo_source or settings.debian_root),
        "SUITE_VENV": str(settings.venv),
    }
    environment |= {"SUITE_PYTHON": sys.executable, "SUITE_SYSTEM_PACKAGES": "no"}

    def run(*words, env=None, background=False, stdin=subprocess.DEVNULL):
        arguments = [launcher, "--data", data, *words]
        options = {"env": environment | (env or {}), "stdin": stdin, "text": True}
        if background:
            return subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
            )
        return subprocess.run(arguments, capture_output=True, timeout=600, check=False, **options)

    run.data = data
    return run


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def assert_refused(outcome, sentence, code=1):
    """The command ended with `code` and one sentence that contains a text; no traceback."""
    assert outcome.returncode == code, outcome.stdout + outcome.stderr
    assert sentence in outcome.stderr
    assert outcome.stderr.count("\n") == 1, outcome.stderr
    assert "Traceback" not in outcome.stderr


# -- what is said ------------------------------------------------------------------------------------
def test_help_names_every_environment_variable_that_is_read(settings, command):
    sources = [settings.project / "suite", *(settings.project / "tools" / "suite").rglob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in sources]
    read = set(re.findall(r"\b(?:SUITE_[A-Z_]+[A-Z]|ODOO_SOURCE)\b", "\n".join(texts)))
    described = {name for name, _, _ in VARIABLES}
    assert read == described
    for words in (["--help"], ["up", "--help"]):
        told = command(*words).stdout
        assert all(name in told for name in described)


def test_running_guide_names_every_environment_variable(settings):
    guide = (settings.project / "docs" / "running.md").read_text(encoding="utf-8")
    assert [name for name, _, _ in VARIABLES if f"`{name}`" not in guide] == []


def test_unknown_command_is_refused_with_the_known_ones(command):
    outcome = command("bogus")
    assert outcome.returncode == 2
    assert "'up'" in outcome.stderr and "Traceback" not in outcome.stderr


def test_unfit_python_is_one_sentence(command):
    assert_refused(command("status", env={"SUITE_PYTHON": "/bin/false"}), "Python 3.10 to 3.13")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SUITE_PORT", "eighty", "is not a number"),
        ("SUITE_PG_FSYNC", "perhaps", "neither yes nor no"),
        ("SUITE_DATABASE_URL", "mysql://a:b@c", "must look like postgresql://"),
        ("SUITE_DATABASE_URL", "postgresql://postgres:b@c", "refuses to work as the role postgres"),
        ("SUITE_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1", "does not let us in"),
        ("SUITE_VENV", "/nonexistent", "has no bin/python"),
        ("ODOO_SOURCE", "/etc", "holds no odoo/release.py"),
    ],
)
def test_wrong_setting_is_one_sentence(command, variable, value, sentence):
    (port,) = _free_ports(1)
    assert_refused(command("up", "--port", str(port), env={variable: value}), sentence)


def test_taken_port_is_one_sentence_before_any_work(command):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_refused(command("up", "--port", str(port)), f"Port {port} is taken")


def test_second_run_on_the_same_folder_is_refused(command):
    command("down")
    with (command.data / "lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4711")
        held.flush()
        assert_refused(command("down"), "Another ./suite (process 4711)")


def test_folder_that_cannot_be_written_is_one_sentence(command):
    assert_refused(command("--data", "/proc/suite", "up"), "cannot be written")


def test_status_of_nothing_says_so(command):
    outcome = command("status")
    assert outcome.returncode == 3
    assert "stopped; start it with ./suite up" in outcome.stdout and not outcome.stderr


def test_shell_before_up_says_what_to_do(command):
    assert_refused(command("shell"), "run ./suite up first")


def test_log_that_is_not_there_is_one_sentence(command):
    assert_refused(command("logs", "nosuch"), "There is no log nosuch")


def test_unknown_module_is_one_sentence(command):
    assert_refused(command("test", "nosuch"), "There is no module nosuch")


def test_reset_without_a_terminal_needs_a_yes(command):
    assert_refused(command("reset", "--all"), "add --yes")
    assert command.data.exists()


def test_reset_refuses_a_folder_that_is_not_the_suites(command, tmp_path):
    foreign = tmp_path / "work" / "precious"
    foreign.parent.mkdir()
    foreign.write_text("keep", encoding="utf-8")
    assert_refused(command("reset", "--all", "--yes"), "no work folder of the suite")
    assert_refused(command("up"), "no work folder of the suite")
    assert foreign.exists()


# -- processes ---------------------------------------------------------------------------------------
def test_foreign_process_with_a_recorded_number_is_left_alone(command):
    with subprocess.Popen(["sleep", "60"]) as foreign:
        command("down")
        (command.data / "run" / "demo.pid").write_text(str(foreign.pid), encoding="utf-8")
        assert command("down").stdout == "Nothing was running.\n"
        assert foreign.poll() is None
        foreign.kill()


def test_killed_postgresql_is_started_again(settings, tmp_path_factory):
    own = Settings(data=tmp_path_factory.mktemp("pg"), venv_given=settings.venv)
    cluster = postgres.Cluster(own)
    try:
        assert postgres.ensure_running(own)
        assert not postgres.ensure_running(own)
        os.kill(cluster.running(), signal.SIGKILL)
        assert postgres.ensure_running(own)
        assert database.query(own, "SELECT 1") == [["1"]]
    finally:
        cluster.stop()


def test_postgresql_starts_although_another_program_has_its_old_number(settings, tmp_path_factory):
    own = Settings(data=tmp_path_factory.mktemp("pg"), venv_given=settings.venv)
    cluster = postgres.Cluster(own)
    try:
        postgres.ensure_running(own)
        text = cluster.pid_file.path.read_text(encoding="utf-8")
        cluster.stop()
        with subprocess.Popen(["sleep", "60"]) as foreign:
            cluster.pid_file.path.write_text(
                text.replace(text.split()[0], str(foreign.pid), 1), encoding="utf-8"
            )
            assert postgres.ensure_running(own)
            assert foreign.poll() is None
            foreign.kill()
    finally:
        cluster.stop()


def test_socket_moves_where_its_path_is_short_enough(settings, tmp_path):
    deep = Settings(data=tmp_path / ("d" * 60) / ("e" * 60), venv_given=settings.venv)
    folder = postgres.Cluster(deep).socket_folder
    assert tmp_path not in folder.parents
    assert len(str(folder)) < 40 and deep.identity in folder.name


def test_program_that_takes_too_long_is_ended_with_all_it_started():
    started = time.monotonic()
    with pytest.raises(process.CommandFailed, match="did not end within"):
        process.run(["sleep", "60"], timeout=0.5)
    assert time.monotonic() - started < 30


# -- from nothing to a running Odoo ------------------------------------------------------------------
@pytest.mark.slow
def test_interrupted_run_leaves_nothing_behind_and_goes_on(scratch):
    first = scratch.run("up", "--port", str(scratch.port), background=True)
    log = scratch.data / "logs" / "install-demo.log"
    assert process.wait_until(log.exists, 60)
    time.sleep(2)
    first.send_signal(signal.SIGINT)
    _, told = first.communicate(timeout=90)
    assert first.returncode == 130 and "run the same command again" in told
    assert process.working_in(scratch.data) == []
    outcome = scratch.run("up", "--port", str(scratch.port))
    assert outcome.returncode == 0, outcome.stderr
    assert (
        f"http://127.0.0.1:{scratch.port}" in outcome.stdout and "admin / admin" in outcome.stdout
    )
    assert "\r" not in outcome.stdout


@pytest.mark.slow
def test_second_up_takes_seconds_and_keeps_the_server(scratch):
    scratch.run("up", "--port", str(scratch.port))
    before = (scratch.data / "run" / "demo.pid").read_text(encoding="utf-8")
    started = time.monotonic()
    assert scratch.run("up", "--port", str(scratch.port)).returncode == 0
    assert time.monotonic() - started < 10
    assert (scratch.data / "run" / "demo.pid").read_text(encoding="utf-8") == before
    assert scratch.run("status").returncode == 0


@pytest.mark.slow
def test_changed_addon_is_named_and_updated(scratch):
    up = ("up", "--port", str(scratch.port))
    scratch.run(*up)
    (scratch.addon / "const.py").write_text("X = 1\n", encoding="utf-8")
    assert "./suite update suite_tiny" in scratch.run(*up).stdout
    assert "updating suite_tiny" in scratch.run(*up, "--update").stdout
    assert "./suite update" not in scratch.run(*up).stdout


@pytest.mark.slow
def test_secrets_are_closed_to_others_and_survive_a_second_up(scratch):
    up = ("up", "--port", str(scratch.port))
    scratch.run(*up)
    path = scratch.data / "run" / "secrets.json"
    before = path.read_text(encoding="utf-8")
    scratch.run(*up)
    assert path.read_text(encoding="utf-8") == before
    for name in ("loyalty_ledger_key", "accounting_secret_key"):
        assert re.search(rf'"{name}": "[0-9a-f]{{64}}"', before)
    for file in (path, scratch.data / "run" / "odoo.conf"):
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_up_restarts_a_database_server_that_died(scratch):
    up = ("up", "--port", str(scratch.port))
    scratch.run(*up)
    pid = (scratch.data / "pg" / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    os.kill(int(pid), signal.SIGKILL)
    assert "stopped" in scratch.run("status").stdout
    outcome = scratch.run(*up)
    assert outcome.returncode == 0 and "starting PostgreSQL" in outcome.stdout


def commands_in(folder):
    """The command lines of the processes that work in a folder, to see in a failure what is left."""
    return [process.command_line(pid) for pid in process.working_in(folder)]


@pytest.mark.slow
def test_down_leaves_no_process(scratch):
    scratch.run("up", "--port", str(scratch.port))
    assert "Odoo (demo), PostgreSQL" in scratch.run("down").stdout
    assert commands_in(scratch.data) == []
    assert commands_in(scratch.data / "pg" / "data") == []
