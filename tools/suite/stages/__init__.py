"""The stages of ./suite test: each takes what to run and returns a :class:`Result`."""

import concurrent.futures
import dataclasses
import os

from suite import process


@dataclasses.dataclass(frozen=True)
class Choice:
    """What the user wants to be tested.

    :param modules: tuple of names; empty for all
    :param pattern: text that a test's name must contain, or None
    :param fast: leave out browser tours and slow tests
    """

    modules: tuple = ()
    pattern: str | None = None
    fast: bool = False

    def wants(self, name):
        """Tell whether a test of this name is asked for."""
        return self.pattern is None or self.pattern.lower() in name.lower()


@dataclasses.dataclass
class Result:
    """What a stage found; `failures` holds one text per failed test, with its traceback."""

    name: str
    passed: int = 0
    skipped: int = 0
    failures: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self):
        """How many tests failed."""
        return len(self.failures)

    def add(self, other):
        """Count what another part of the same stage found."""
        self.passed += other.passed
        self.skipped += other.skipped
        self.failures += other.failures
        self.notes += other.notes

    def fail(self, text):
        """Record one failure."""
        self.failures.append(text)

    def demand_tests(self, expected):
        """Fail when tests exist and none was run: silence is not success."""
        if expected and not (self.passed or self.failed or self.skipped):
            self.fail(f"{self.name}: there are {expected} tests and none was run")


def side_by_side(function, calls):
    """Return the answers of calls that are made one on each core; one that fails ends all."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(function, *arguments) for arguments in calls]
        try:
            return [future.result() for future in futures]
        except BaseException:  # Ctrl-C above all: it reaches this thread only
            pool.shutdown(wait=False, cancel_futures=True)
            process.end_all()
            raise
