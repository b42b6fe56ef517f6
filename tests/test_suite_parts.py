"""The parts of the command that decide something, each with values in and values out."""

import concurrent.futures
import dataclasses
import doctest
import errno
import importlib
import pkgutil
import re
import sys
import time
import types
from pathlib import Path

import pytest

import suite
from suite import (
    cli,
    debian,
    demo,
    ground,
    modules,
    odoo_log,
    process,
    python_env,
    system,
    test_source,
)
from suite.errors import CommandFailed, SuiteError
from suite.settings import Settings
from suite.stages import Choice, Result, odoo_tests, wire

pytestmark = pytest.mark.apart

HEAD = "2026-01-02 03:04:05,678 9"
LOGGER = "odoo.addons.mine.tests.test_x"


def log(*records):
    """Return a log from (level, logger, text) triples."""
    return "\n".join(f"{HEAD} {level} db {logger}: {text}" for level, logger, text in records)


def read(*records):
    """Return the result the Odoo stage reads from a log."""
    result = Result("odoo")
    odoo_tests.read_log(log(*records), ["mine"], result)
    return result


@pytest.mark.parametrize(
    "name",
    [
        info.name
        for info in pkgutil.walk_packages(suite.__path__, "suite.")
        if not info.name.endswith("__main__")
    ],
)
def test_examples_in_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


# -- Odoo's log --------------------------------------------------------------------------------------
def test_each_started_test_counts_once_as_passed_failed_or_skipped():
    result = read(
        ("INFO", LOGGER, "Starting TestA.test_good ... "),
        ("INFO", LOGGER, "Starting TestA.test_bad ... "),
        (
            "ERROR",
            LOGGER,
            "FAIL: TestA.test_bad\nTraceback (most recent call last):\nAssertionError: 1 != 2",
        ),
        ("INFO", LOGGER, "Starting TestA.test_later ... "),
        ("INFO", LOGGER, "skipped TestA.test_later : no reader"),
    )
    assert (result.passed, result.failed, result.skipped) == (1, 1, 1)
    assert "AssertionError: 1 != 2" in result.failures[0]
    assert any("no reader" in note for note in result.notes)


def test_two_failing_subtests_are_one_failed_test():
    result = read(
        ("INFO", LOGGER, "Starting TestA.test_many ... "),
        ("ERROR", LOGGER, "FAIL: Subtest TestA.test_many (i=1)\nAssertionError"),
        ("ERROR", LOGGER, "FAIL: Subtest TestA.test_many (i=2)\nAssertionError"),
    )
    assert (result.passed, result.failed) == (0, 1)


def test_class_that_cannot_be_set_up_is_a_failure():
    result = read(
        ("ERROR", "odoo.tests.suite", f"ERROR: setUpClass ({LOGGER}.TestA)\nValueError: no")
    )
    assert (result.passed, result.failed) == (0, 1)


def test_error_outside_a_test_is_a_failure():
    assert read(("ERROR", "odoo.modules.loading", "Some modules are not loaded")).failed == 1
    assert read(("CRITICAL", "odoo.modules.module", "Couldn't load module mine")).failed == 1


def test_warning_about_our_module_is_a_failure_and_about_others_is_not():
    assert read(("WARNING", "odoo.addons.mine.models.x", "hm")).failed == 1
    assert read(("WARNING", "odoo.modules", "Module mine demo data failed to install")).failed == 1
    assert read(("WARNING", "odoo.addons.sale", "hm")).failed == 0
    assert read(("WARNING", "odoo.addons.mineral", "hm")).failed == 0


def test_consequences_of_a_counted_failure_are_not_counted_again():
    result = read(
        ("INFO", LOGGER, "Starting TestA.test_bad ... "),
        ("ERROR", LOGGER, "ERROR: TestA.test_bad\nKeyError"),
        ("ERROR", "odoo.modules.loading", "At least one test failed when loading the modules."),
        ("ERROR", "odoo.tests.result", "0 failed, 1 error(s) of 1 tests when loading database 'x'"),
    )
    assert result.failed == 1


def test_stage_without_any_test_run_fails_when_tests_exist():
    silent, empty = Result("odoo"), Result("odoo")
    silent.demand_tests(expected=3)
    empty.demand_tests(expected=0)
    assert (silent.failed, empty.failed) == (1, 0)


def test_first_error_of_a_traceback_is_its_last_line():
    text = log(
        (
            "ERROR",
            "odoo.x",
            "Failed\nTraceback (most recent call last):\n  File\nValueError: the reason",
        )
    )
    assert odoo_log.first_error(text) == "ValueError: the reason"


# -- choosing tests ----------------------------------------------------------------------------------
@pytest.fixture
def some_tests():
    """Two tests of one module; the second drives a browser."""
    text = "class TestA(X):\n  def test_total(self): pass\n  def test_tour(self): self.start_tour('/', 't')"
    return test_source.read_text("mine", text)


def tags(choice, tests):
    """Return --test-tags for a choice among the tests of the module `mine`."""
    wanted = [
        test for test in tests if choice.wants(test.name) and not (choice.fast and test.browser)
    ]
    return odoo_tests.test_tags([type("Module", (), {"name": "mine"})], tests, wanted, choice)


def test_all_tests_of_a_module_are_chosen_by_its_name(some_tests):
    assert tags(Choice(), some_tests) == "/mine"


def test_pattern_chooses_methods_by_name(some_tests):
    assert tags(Choice(pattern="TOTAL"), some_tests) == "/mine:TestA.test_total"


def test_fast_leaves_browser_tests_out(some_tests):
    assert tags(Choice(fast=True), some_tests) == "/mine,-/mine:TestA.test_tour"


def test_report_of_pytest_is_counted():
    result = Result("wire")
    wire.read_report(
        '<testsuites><testsuite><testcase classname="a" name="b"/>'
        '<testcase classname="a" name="c"><failure message="m">trace</failure></testcase>'
        '<testcase classname="a" name="d"><skipped message="why"/></testcase></testsuite></testsuites>',
        result,
    )
    assert (result.passed, result.failed, result.skipped) == (1, 1, 1)
    assert "trace" in result.failures[0] and "why" in result.notes[0]


# -- the machine -------------------------------------------------------------------------------------
def test_mirror_is_the_machines_own_archive_and_not_a_third_partys(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "other.list").write_text(
        "deb https://packages.example/apt stable main\n", encoding="utf-8"
    )
    (tmp_path / "sources.list").write_text(
        "# deb http://old.example/debian buster main\n"
        "deb http://security.example/debian-security bookworm-security main\n"
        "deb http://mirror.example/debian bookworm-updates main\n"
        "deb http://mirror.example/debian/ bookworm main contrib\n",
        encoding="utf-8",
    )
    assert debian.read_sources(tmp_path) == ("http://mirror.example/debian", "bookworm")


def test_machine_without_an_archive_is_told_what_to_do(tmp_path):
    with pytest.raises(SuiteError, match="ODOO_SOURCE"):
        debian.read_sources(tmp_path)


def test_machine_without_apt_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _program: None)
    with pytest.raises(SuiteError, match="ODOO_SOURCE"):
        debian.require_apt()


def test_full_disk_is_told_before_the_work_begins(monkeypatch, tmp_path):
    usage = type("Usage", (), {"free": 10_000_000})
    monkeypatch.setattr(ground.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(SuiteError, match=r"has 10\.0 MB free"):
        ground.prepare(Settings(data=tmp_path))


def test_disk_that_fills_up_meanwhile_is_one_sentence(monkeypatch, capsys, tmp_path):
    def fill(*_unused, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(demo, "down", fill)
    assert cli.main(["--data", str(tmp_path), "down"]) == 1
    assert (
        capsys.readouterr().err
        == "suite: no space left on the disk; free some and run again, what is done is kept.\n"
    )


def test_missing_programs_are_named_with_what_to_type(tmp_path):
    need = system.Need("nosuch-package", "a reason", programs=("nosuch-program",))
    unmet = system.ensure(Settings(data=tmp_path, install_system_packages=False), (need,))
    assert unmet == [
        "nosuch-package is missing (a reason); type: apt-get install nosuch-package (as root)."
    ]


def test_tests_without_a_browser_read_printed_codes_back_all_the_same():
    packages = {need.package for need in system.FOR_FAST_TESTS}
    assert {"zbar-tools", "poppler-utils"} <= packages
    assert "chromium" not in packages
    assert {need.package for need in system.FOR_TESTS} == packages | {"chromium"}


def test_missing_decoder_is_named_with_what_to_type(monkeypatch, tmp_path):
    monkeypatch.setattr(system.shutil, "which", lambda _program: None)
    settings = Settings(data=tmp_path, install_system_packages=False)
    assert system.ensure(settings, (system.DECODER,)) == [
        "zbar-tools is missing (tests that read printed codes back); "
        "type: apt-get install zbar-tools (as root)."
    ]


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "hash differs",
        ),
        ("NewConnectionError('Failed to establish a new connection')", "check the network"),
        ("ERROR: No matching distribution found for x", "No matching distribution found for x"),
    ],
)
def test_trouble_with_python_packages_is_one_sentence(printed, sentence):
    assert sentence in python_env.sentence(CommandFailed("pip ended with 1", printed))


MODULES = {
    "guard": {"category": "Hidden/Tools"},
    "kit": {"category": "Hidden/Tools"},
    "shop": {"depends": ["sale", "guard"]},
    "shop_till": {"depends": ["shop", "point_of_sale"], "auto_install": True},
    "club": {"depends": ["sale", "guard"]},
    "club_partners": {"depends": ["club"]},
    "club_partners_till": {"depends": ["club_partners"], "auto_install": True},
    "shop_club": {"depends": ["shop", "club"], "auto_install": True},
    "shop_books": {"depends": ["shop", "books"], "auto_install": True},
    "books": {"depends": ["account", "kit"]},
    "shop_club_books": {"depends": ["shop_club", "books"], "auto_install": True},
}


def test_modules_of_an_app_are_tested_together_and_all_glue_of_several_apps_apart(tmp_path):
    for name, values in MODULES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr(values), encoding="utf-8")
    settings = types.SimpleNamespace(addons=tmp_path)
    found = modules.families(settings, modules.scan(settings).values())
    assert [[module.name for module in family] for family in found] == [
        ["guard", "kit"],
        ["shop_books", "shop_club", "shop_club_books"],
        ["books"],
        ["club", "club_partners", "club_partners_till"],
        ["shop", "shop_till"],
    ]
    assert [module.name for module in modules.family(settings, "club")] == [
        "club",
        "club_partners",
        "club_partners_till",
    ]


def test_what_several_threads_run_is_ended_at_once():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(process.run, [sys.executable, "-c", "import time; time.sleep(60)"])
        while not process._running:
            time.sleep(0.01)
        process.end_all()
        with pytest.raises(CommandFailed):
            future.result(timeout=50)
    assert not process._running


def test_files_that_stand_apart_do_not_use_the_server_that_the_others_share():
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in Path(__file__).parent.glob("test_*.py")
    }
    apart = {name for name, text in files.items() if wire.APART in text}
    assert apart, "nothing is run beside the others"
    asks = r"def test_\w+\([^)]*\bserver\b|@pytest\.fixture[^\n]*\ndef \w+\([^)]*\bserver\b"
    users = {name for name in files if re.search(asks, files[name])}
    assert not apart & users


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("def test_fine(): pass", ""),
        ("def test_broken(): assert 0", "test_broken"),
        (
            "def test_fine(): pass\n\ndef test_hangs():\n    import time; time.sleep(60)",
            "did not end",
        ),
        ("def test_fine(): pass\n\ndef test_gone():\n    import os; os._exit(3)", "ended with 3"),
    ],
)
def test_a_wire_stage_that_came_to_no_end_has_failed(settings, tmp_path, monkeypatch, body, words):
    for name in ("tests", "run", "logs"):
        (tmp_path / name).mkdir()
    (tmp_path / "tests" / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    proof: long\n", encoding="utf-8"
    )
    (tmp_path / "tests" / "test_some.py").write_text(f"{body}\n", encoding="utf-8")
    monkeypatch.setattr(wire, "LONGEST", 8)
    monkeypatch.setattr(wire.templates, "complete", lambda _settings: None)
    own = dataclasses.replace(settings, project=tmp_path, data=tmp_path, venv_given=settings.venv)
    result = wire.run(own, Choice())
    assert (result.failed == 0) == (not words)
    assert words in "".join(result.failures)
