"""``python -m bench NAME…``: runs cases, prints the table, writes the JSON."""

import argparse
import dataclasses
import sys
from pathlib import Path

from bench import harness, known_cases
from suite import output, postgres
from suite.settings import Settings


@dataclasses.dataclass(frozen=True)
class Bench:
    """What a case gets: the settings, and where to say how far it is."""

    settings: Settings
    progress: output.Progress


def main():
    """Run the named cases; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("names", nargs="+")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = Settings.from_environment()
    postgres.ensure_running(settings)
    rows = []
    cases = known_cases()
    for name in options.names:
        with output.step(name) as progress:
            rows += cases[name].run(Bench(settings, progress))
    output.say()
    output.say(harness.table(rows))
    if options.json:
        harness.write_json(options.json, rows)
    return 0


sys.exit(main())
