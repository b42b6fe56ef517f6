"""Stage 4: tests against a real server with several worker processes, over the wire only.

Files that stand apart, as they say, need nothing of the server that the others share: they run beside these.
"""

import re
import xml.etree.ElementTree

from suite import output, process, templates
from suite.errors import CommandFailed
from suite.stages import Result, side_by_side

LONGEST = 60 * 60  # seconds of the tests; so that a hanging one ends
#: What pytest ends with when it came to its end: some failed; none was chosen.
TOLD = (1, 5)
APART = "pytestmark = pytest.mark.apart"  # what a file says that stands apart


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
    apart = [] if proof else [path for path in files if APART in path.read_text(encoding="utf-8")]
    shared = [path for path in files if path not in apart]
    parts = [(kind, part) for kind, part in (("shared", shared), ("apart", apart)) if part]
    answers = side_by_side(_run_part, [(settings, choice, *one, proof) for one in parts])
    for (_kind, part), answer in zip(parts, answers, strict=True):
        if not (choice.pattern or proof):
            answer.demand_tests(expected=len(part))
        result.add(answer)
    return result


def _run_part(settings, choice, kind, files, proof):
    """Run pytest over some of the files."""
    result = Result("proof" if proof else "wire")
    report = settings.run / f"wire-report-{kind}.xml"
    report.unlink(missing_ok=True)
    log = settings.logs / f"test-{result.name}-{kind}.log"
    log.unlink(missing_ok=True)
    with output.step("testing over the wire" + (", apart" if kind == "apart" else "")) as progress:
        printed, unfinished = _pytest(settings, choice, files, report, log, progress, proof=proof)
    if unfinished:  # its report counts a test that it broke off, and none of the rest
        result.fail(f"{result.name}: {unfinished}\n{printed[-3000:]}")
    if deselected := re.search(r"(\d+) deselected", printed):
        result.notes.append(f"{deselected[1]} deselected")
    if report.exists():
        read_report(report.read_text(encoding="utf-8"), result)
    elif not unfinished:
        result.fail(f"wire: pytest wrote no report; its last words:\n{printed[-3000:]}")
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
    """Run pytest; return what it printed, and why it did not come to its end if so."""
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
        printed = process.run(
            [*words, *files], log=log, env=environment, cwd=settings.project, on_line=progress.show,
            timeout=None if proof else LONGEST,
        )  # fmt: skip
    except CommandFailed as error:
        return error.output, "" if error.code in TOLD else str(
            error
        )  # the report tells what failed
    return printed, ""


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
