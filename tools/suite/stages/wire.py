"""Stage 4: tests against a real server with several worker processes, over the wire only."""

import re
import xml.etree.ElementTree

from suite import output, process, templates
from suite.errors import CommandFailed
from suite.stages import Result

LONGEST = 60 * 60  # seconds of the tests; so that a hanging one ends


def run(settings, choice, *, proof=False):
    """Run pytest over tests/.

    :param proof: run the tests marked so, with long profiles, instead of the others
    """
    result = Result("proof" if proof else "wire")
    files = _files(settings, choice)
    if not files:
        result.notes.append("no file in tests/ names a chosen module")
        return result
    templates.complete(settings)
    report = settings.run / "wire-report.xml"
    report.unlink(missing_ok=True)
    log = settings.logs / f"test-{result.name}.log"
    log.unlink(missing_ok=True)
    with output.step("testing over the wire") as progress:
        printed = _pytest(settings, choice, files, report, log, progress, proof=proof)
    if deselected := re.search(r"(\d+) deselected", printed):
        result.notes.append(f"{deselected[1]} deselected")
    if report.exists():
        read_report(report.read_text(encoding="utf-8"), result)
    else:
        result.fail(f"wire: pytest wrote no report; its last words:\n{printed[-3000:]}")
    if not (choice.pattern or proof):
        result.demand_tests(expected=len(files))
    return result


def _files(settings, choice):
    """Return the test files; with chosen modules only those that name one, in path or text."""
    files = sorted(settings.tests.rglob("test_*.py"))
    if not choice.modules:
        return files
    return [path for path in files if _names_one(path, choice.modules)]


def _names_one(path, modules):
    text = f"{path} {path.read_text(encoding='utf-8')}"
    return any(name in text for name in modules)


def _pytest(settings, choice, files, report, log, progress, *, proof):
    marks = "proof" if proof else "not proof and not slow" if choice.fast else "not proof"
    words = [settings.venv_python, "-m", "pytest", "-c", settings.tests / "pytest.ini", "--rootdir", settings.tests,
             "-o", f"cache_dir={settings.data / 'pytest'}", "--junitxml", report, "-m", marks]  # fmt: skip
    if choice.pattern:
        words += ["-k", choice.pattern]
    environment = settings.child_environment(
        SUITE_DATA=settings.data,
        SUITE_PROOF="1" if proof else "",
        PYTHONPATH=settings.project / "tools",
        HYPOTHESIS_STORAGE_DIRECTORY=settings.data / "hypothesis",
    )
    try:
        return process.run(
            [*words, *files], log=log, env=environment, cwd=settings.project, on_line=progress.show,
            timeout=None if proof else LONGEST,
        )  # fmt: skip
    except CommandFailed as error:
        return error.output  # the report tells what failed


def read_report(text, result):
    """Fill a result from pytest's XML report."""
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        bad = [entry for kind in ("failure", "error") for entry in case.findall(kind)]
        if bad:
            texts = [entry.text or entry.get("message", "") for entry in bad]
            result.fail("\n".join([f"{result.name}: {name}", *texts]))
        elif (skipped := case.find("skipped")) is not None:
            result.skipped += 1
            result.notes.append(f"skipped {name}: {skipped.get('message')}")
        else:
            result.passed += 1
