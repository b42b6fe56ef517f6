"""Stage 2: the doctests of every addon's rules/, run where Odoo cannot be imported."""

import json

from suite import modules, process
from suite.errors import CommandFailed
from suite.stages import Result


def run(settings, choice):
    """Run the examples in the chosen modules' rules."""
    result = Result("rules")
    chosen = [
        module
        for module in modules.chosen(settings, choice.modules)
        if (module.path / "rules").is_dir()
    ]
    if not chosen:
        result.notes.append("no module has rules")
        return result
    words = [
        settings.venv_python,
        "-m",
        "suite.rules_runner",
        settings.addons,
        choice.pattern or "",
    ]
    environment = settings.child_environment(PYTHONPATH=settings.project / "tools")
    try:
        printed = process.run([*words, *(module.name for module in chosen)], env=environment)
    except CommandFailed as error:
        result.fail(f"rules: {error}\n{error.output}")
        return result
    found = json.loads(printed.splitlines()[-1])
    result.passed = found["passed"]
    result.failures.extend(found["failures"])
    if not choice.pattern:
        result.demand_tests(expected=len(chosen))
    return result
