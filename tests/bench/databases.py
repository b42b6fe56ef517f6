"""Databases of the bench: one with the modules only, and seeded ones; all are kept to be copied.

A seeded database is made once for each state of the module's code and of the seeds, and must
pass the ledger's own verification before it gets its name.
"""

import contextlib
from pathlib import Path

from bench import seeds
from suite import database, modules, odoo, output, stamps, templates
from suite.shell import MARK
from suite.shell import run as run_in_shell

MODULE = "loyalty_accounts"
# Files of a module that have no influence on what is measured.
IRRELEVANT = {"tests", "i18n", "README.md", "docs", "demo"}

VERIFY = f"""
problems = env["loyalty.account"]._verify_ledger()
print({MARK!r} + __import__("json").dumps([len(problems), problems[:3]], default=str))
"""


def base(settings, module=MODULE, *, alone=False):
    """Return the database with a module and nothing else; made when missing.

    :param alone: without Odoo's modules that only what builds on it needs
    """
    core = _core(settings, module, alone=alone)
    kind = f"bench_{'alone' if alone else 'base'}_{module}_"
    name = kind + _module_key(settings, module, core)

    def build(fresh, progress):
        database.clone(settings, core, fresh)
        log = settings.logs / "bench-install.log"
        odoo.install(settings, fresh, [module], log=log, progress=progress)

    return _made_once(settings, kind, name, f"installing {module} for the bench", build)


def filled(settings, label, source, code, fill):
    """Return a copy of a database that was filled once; made when missing.

    :param label: one for each way and size of filling
    :param code: path of the code that fills it; another text makes it anew
    :param fill: function of the new database's name
    """
    kind = f"bench_{label}_"
    name = kind + stamps.text_hash(source, stamps.file_hash(Path(code)))[:12]

    def build(fresh, _progress):
        database.clone(settings, source, fresh)
        fill(fresh)

    return _made_once(settings, kind, name, f"filling {label} (kept for later)", build)


def seeded(settings, label, size, profile=seeds.USED):
    """Return a database with ``size`` accounts; made when missing.

    :param label: one for each profile and size
    :param profile: what their ledgers look like; ten movements each by default
    """
    source = base(settings)
    kind = f"bench_{label}_"
    code = stamps.file_hash(Path(seeds.__file__))
    name = kind + stamps.text_hash(source, size, code)[:12]

    def build(fresh, progress):
        database.clone(settings, source, fresh)
        seeds.fill(settings, fresh, size, progress.show, profile)
        verify(settings, fresh)

    return _made_once(settings, kind, name, f"seeding {size} accounts (kept for later)", build)


@contextlib.contextmanager
def scratch(settings, name="bench_scratch", source=None):
    """Give a copy of a database that a case may change, for as long as it needs it.

    :param source: the base database by default
    """
    source = source or base(settings)
    database.drop(settings, name)
    database.clone(settings, source, name)
    try:
        yield name
    finally:
        database.drop(settings, name)


def verify(settings, name):
    """Assert that the module's own check of the ledger finds nothing."""
    count, examples = run_in_shell(settings, name, VERIFY)
    assert count == 0, f"{name} fails the ledger's own check: {examples}"


def _core(settings, module, *, alone=False):
    """Return the template with what a module, and what builds on it, needs of Odoo."""
    members = modules.family(settings, module)
    chosen = [one for one in members if one.name == module] if alone else members
    return templates.core(settings, with_demo=False, chosen=chosen)


def _module_key(settings, module, core):
    """Hash of all that decides how the module behaves and what its tables look like."""
    folder = modules.scan(settings)[module].path
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and not IRRELEVANT & set(path.relative_to(folder).parts)
    ]
    names = [str(path.relative_to(folder)) for path in files]
    return stamps.text_hash(core, *names, stamps.file_hash(*files))[:12]


def _made_once(settings, kind, name, title, build):
    """Return ``name`` after making it if needed; older databases of its kind are dropped."""
    if not database.exists(settings, name):
        fresh = f"{kind}new"
        database.drop(settings, fresh)
        with output.step(title) as progress:
            build(fresh, progress)
            database.rename(settings, fresh, name)
        for other in database.names(settings, kind):
            if other != name:
                database.drop(settings, other)
    return name
