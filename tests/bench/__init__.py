"""The measurements behind ``./suite bench``: ours beside the strongest fair peer.

A case is a file ``bench_NAME.py`` with a function ``run(bench)`` that yields
:class:`bench.harness.Row` objects; its docstring says what is compared and why the peer is fair.
"""

import importlib
import pkgutil

PREFIX = "bench_"


def known_cases():
    """Return {name: module} of all cases, in alphabetical order."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name.startswith(PREFIX)]
    return {
        name.removeprefix(PREFIX): importlib.import_module(f"{__name__}.{name}")
        for name in sorted(names)
    }
