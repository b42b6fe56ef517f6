"""Stage 3: every module is installed from nothing, without demo data, and tested by Odoo.

Each family of modules has a database of its own: first its apps with only the modules of Odoo that
they need, then, in the same database, what installs itself beside other apps. Families are tested
side by side, one on each core.
"""

import dataclasses
import re

from suite import database, modules, odoo, odoo_log, output, templates, test_source
from suite.errors import CommandFailed
from suite.stages import Result, side_by_side

DATABASE = "suite_test"
LONGEST = 40 * 60  # seconds; far above what the tests take, so that a hanging one ends
LONGEST_PROOF = 3 * 60 * 60  # the same for the long versions
PROVEN = "Property"  # classes of this ending have a long version
# what Odoo logs because of a failed test that has been counted already
CONSEQUENCES = re.compile(
    r"At least one test failed|failures?, \d+ errors? of|failed, \d+ error\(s\) of"
)


def run(settings, choice, *, proof=False):
    """Install and test the chosen modules in a work database.

    :param proof: run the property-based tests alone, with many more examples
    """
    result = Result("odoo")
    chosen = modules.chosen(settings, choice.modules)
    tests = [test for module in chosen for test in test_source.read(module)]
    wanted = [test for test in tests if _is_wanted(test, choice, proof=proof)]
    if not chosen or ((choice.pattern or proof) and not wanted):
        result.notes.append("no such test" if chosen else "no module yet")
        return result
    if choice.fast and (left_out := sum(test.browser for test in tests)):
        result.notes.append(f"--fast: {left_out} browser tests deselected")
    work = [
        (settings, family, tests, choice, proof) for family in modules.families(settings, chosen)
    ]
    # The one with the most tests first, or it would run alone at the end.
    work.sort(key=lambda arguments: -len(_tests_of(arguments[1], tests)))
    for part in side_by_side(_test_family, work):
        result.add(part)
    result.demand_tests(expected=len(wanted))
    return result


def _tests_of(layer, tests):
    names = {module.name for module in layer}
    return [test for test in tests if test.module in names]


def _test_family(settings, family, tests, choice, proof):
    """Test the chosen modules of a family: apps, then glue, in one database."""
    result = Result("odoo")
    name = f"{DATABASE}_{family[0].name}"
    apps = [module for module in family if not module.auto_install]
    glue = [module for module in family if module.auto_install]
    source = templates.core(settings, with_demo=False, chosen=apps or glue)
    database.drop(settings, name)
    database.clone(settings, source, name)
    for layer in filter(None, (apps, glue)):
        own = _tests_of(layer, tests)
        wanted = [test for test in own if _is_wanted(test, choice, proof=proof)]
        if (choice.pattern or proof) and not wanted:
            continue
        tags = test_tags(layer, own, wanted, choice, proof=proof)
        printed = _run_odoo(settings, name, layer, tags, result, proof=proof)
        read_log(printed, list(modules.scan(settings)), result)
    database.drop(settings, name)
    return result


def _is_wanted(test, choice, *, proof):
    return (
        choice.wants(test.name)
        and not (choice.fast and test.browser)
        and (not proof or test.class_name.endswith(PROVEN))
    )


def test_tags(chosen, tests, wanted, choice, *, proof=False):
    """Return the value of --test-tags for a choice."""
    if choice.pattern or proof:
        return ",".join(sorted({test.tag for test in wanted}))
    tags = [f"/{module.name}" for module in chosen]
    if choice.fast:
        tags += sorted({f"-{test.tag}" for test in tests if test.browser})
    return ",".join(tags)


def _run_odoo(settings, database_name, chosen, tags, result, *, proof=False):
    http_port, gevent_port = odoo.free_ports(2)
    log = settings.logs / f"test-odoo-{chosen[0].name}.log"
    log.unlink(missing_ok=True)
    names = ",".join(module.name for module in chosen)
    with output.step(f"installing and testing {names}") as progress:
        words = [
            "-i",
            names,
            "--test-tags",
            tags,
            f"--http-port={http_port}",
            f"--gevent-port={gevent_port}",
        ]
        try:
            printed = odoo.run_once(
                settings,
                database_name,
                *words,
                log=log,
                progress=progress,
                timeout=LONGEST_PROOF if proof else LONGEST,
                extra={"SUITE_PROOF": "1" if proof else ""},
            )
        except CommandFailed as error:
            printed = error.output
            if not odoo_log.first_error(printed):
                result.fail(f"odoo: {error}")
    return printed


@dataclasses.dataclass
class _Seen:
    """Tests by name, as the log tells of them."""

    started: set = dataclasses.field(default_factory=set)
    skipped: dict = dataclasses.field(default_factory=dict)
    failed: dict = dataclasses.field(default_factory=dict)


def see(printed):
    """Return the tests that Odoo's log tells of: ``started``, ``skipped``, ``failed``."""
    seen = _Seen()
    for record in odoo_log.records(printed):
        _read_record(record, seen)
    return seen


def read_log(printed, own_modules, result):
    """Fill a result from Odoo's log: tests, and records that must not be there."""
    seen = see(printed)
    result.passed += len(seen.started - set(seen.skipped) - set(seen.failed))
    result.skipped += len(seen.skipped)
    result.notes.extend(f"skipped {name}: {reason}" for name, reason in seen.skipped.items())
    result.failures.extend(f"odoo: {text}" for text in seen.failed.values())
    for record in odoo_log.problems(printed, own_modules):
        if _is_test_failure(record) or (seen.failed and CONSEQUENCES.search(record.text)):
            continue
        result.fail(f"odoo: logged {record.level} from {record.logger}: {record.text}")


def _read_record(record, seen):
    text = record.first_line.strip()
    if found := re.fullmatch(r"Starting (\S+\.\S+) \.\.\.", text):
        seen.started.add(f"{record.logger}:{found[1]}")
    elif found := re.match(r"skipped (.+?) : (.*)", text):
        if ".tests" in record.logger or "setUpClass" in found[1]:
            seen.skipped[f"{record.logger}:{found[1]}"] = found[2]
    elif _is_test_failure(record):
        # the failure of a subtest is one of its test; a class that cannot be set up is named in brackets
        name = re.sub(r"^(FAIL|ERROR): (Subtest )?", "", text)
        name = name if name.startswith("setUpClass") else name.split(" ")[0]
        seen.failed.setdefault(f"{record.logger}:{name}", f"{record.logger}\n{record.text}")


def _is_test_failure(record):
    return record.level == "ERROR" and record.text.startswith(("FAIL: ", "ERROR: "))
