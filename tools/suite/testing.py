"""./suite test and ./suite proof: runs the stages, prints their times, failures and the count."""

import time

from suite import ground, modules, output, system
from suite.cluster import Cluster
from suite.errors import SuiteError
from suite.stages import Choice, Result, odoo_tests, rules, style, wire


def run(settings, names, *, pattern=None, fast=False):
    """Run all stages; return 0 when nothing failed.

    :param names: modules to test; empty for all
    :param pattern: text a test's name must contain; the lint stage has no tests to choose from
    :param fast: leave out browser tours and slow tests
    """
    modules.chosen(settings, names)
    choice = Choice(tuple(names), pattern, fast)
    stages = [rules.run, odoo_tests.run, wire.run]
    if pattern is None:
        stages.insert(0, style.run)
    needs = system.FOR_FAST_TESTS if fast else system.FOR_TESTS
    return _run_stages(settings, choice, stages, needs)


def proof(settings, *, pattern=None):
    """Run the long versions of the tests; return 0 when nothing failed."""

    def long_odoo(settings, choice):
        return odoo_tests.run(settings, choice, proof=True)

    def long_wire(settings, choice):
        return wire.run(settings, choice, proof=True)

    stages = [long_odoo, long_wire]
    return _run_stages(settings, Choice(pattern=pattern), stages, system.FOR_TESTS)


def _run_stages(settings, choice, stages, needs):
    was_running = Cluster(settings).running()
    try:
        results = [_ground(settings, needs)]
        results += [_timed(stage, settings, choice) for stage in stages]
    finally:
        if not (was_running or settings.database_url):
            Cluster(settings).stop()
    return _report(results)


def _timed(stage, settings, choice):
    started = time.monotonic()
    try:
        result = stage(settings, choice)
    except SuiteError as error:
        # a stage that cannot even begin has failed; the others still tell what they find
        result = Result(stage.__module__.rpartition(".")[2])
        result.fail(f"{result.name}: {error}\n{getattr(error, 'output', '')[-5000:]}")
    result.seconds = time.monotonic() - started
    return result


def _ground(settings, needs):
    """Bring up what the tests stand on; a missing program is a failure, not a skip.

    :raise SuiteError: when the tests cannot begin at all
    """
    started = time.monotonic()
    result = Result("ground")
    for sentence in ground.prepare(settings, needs=needs):
        result.fail(f"ground: {sentence}")
    result.seconds = time.monotonic() - started
    return result


def _report(results):
    """Print failures, then a line per stage, then the count alone on the last line."""
    for result in results:
        for text in result.failures:
            output.say(f"\n{'=' * 78}\n{text.rstrip()}")
    output.say()
    for result in results:
        counts = f"{result.passed:>5} passed {result.failed:>4} failed {result.skipped:>4} skipped"
        output.say(f"{result.name:<8}{counts}   {result.seconds:7.1f} s")
        for note in result.notes:
            output.say(f"        {note}")
    passed, failed, skipped = (
        sum(getattr(r, name) for r in results) for name in ("passed", "failed", "skipped")
    )
    if not (passed or failed):
        failed = 1
        output.say("No test was run.")
    output.say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0
