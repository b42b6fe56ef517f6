"""Runs the doctests of rules packages in an interpreter without Odoo.

``python -m suite.rules_runner ADDONS PATTERN MODULE…`` prints one JSON line with the outcome.
An addon's own ``__init__`` imports models, so stand-ins for the packages above ``rules`` are put
in place: relative imports and ``odoo.addons.<module>.rules`` work, everything else of Odoo fails.
"""

import doctest
import importlib
import json
import pkgutil
import sys
import types
from pathlib import Path

from suite import output


def main(words):
    """Run the examples; see the module's text for the words."""
    addons, pattern, *names = words
    stand_in("odoo", [])
    stand_in("odoo.addons", [addons])
    for folder in Path(addons).iterdir():
        if folder.is_dir():
            stand_in(f"odoo.addons.{folder.name}", [str(folder)])
    passed, failures = 0, []
    for name in names:
        for module in rule_modules(name):
            count, texts = run_examples(module, pattern)
            passed += count
            failures += texts
    output.say(json.dumps({"passed": passed, "failures": failures}))


def stand_in(name, path):
    """Put an empty package in place of the real one."""
    package = types.ModuleType(name)
    package.__path__ = path
    sys.modules[name] = package


def rule_modules(name):
    """Import and yield the modules of an addon's rules."""
    package = importlib.import_module(f"odoo.addons.{name}.rules")
    yield package
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)


class ShortNames(doctest.OutputChecker):
    """Compares without the prefix of Odoo's packages: an example may name an exception either way."""

    def check_output(self, want, got, optionflags):
        """See :class:`doctest.OutputChecker`."""
        want, got = (text.replace("odoo.addons.", "") for text in (want, got))
        return super().check_output(want, got, optionflags)


def run_examples(module, pattern):
    """Run the doctests of a module; return how many objects passed, and the failures as texts."""
    passed, failures = 0, []
    runner = doctest.DocTestRunner(
        ShortNames(), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        if not test.examples or pattern.lower() not in test.name.lower():
            continue
        printed = []
        if runner.run(test, out=printed.append).failed:
            failures.append(f"rules: {test.name}\n{''.join(printed)}")
        else:
            passed += 1
    return passed, failures


if __name__ == "__main__":
    main(sys.argv[1:])
