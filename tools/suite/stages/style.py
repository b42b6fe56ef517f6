"""Stage 1: lint, counted as one test."""

import importlib

from suite.errors import SuiteError
from suite.stages import Result


def run(settings, choice):
    """Run all style checks over the repository, or over the chosen modules."""
    result = Result("lint")
    try:
        lint = importlib.import_module("suite.lint")
        count = lint.run(settings, [settings.addons / name for name in choice.modules])
    except ModuleNotFoundError as error:
        if error.name != "suite.lint":
            raise
        result.fail("lint: tools/suite/lint.py is not there")
        return result
    except SuiteError as error:
        result.fail(f"lint: {error}")
        return result
    if count:
        result.fail(f"lint: {count} messages, see above")
    else:
        result.passed = 1
    return result
