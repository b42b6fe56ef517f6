"""Proving that what the database holds is right: after a crash, a restore, an upgrade."""

from suite import database, demo, modules, output, shell
from suite.errors import SuiteError
from suite.settings import DEMO_DATABASE

#: What a module of ours proves, in its folder; see ``docs/architecture.md``.
FILE = "checks.py"
#: Records that are named where one check finds more.
SHOWN = 10

#: Run in Odoo's shell: the checks of every installed module, in one snapshot of the database.
SCRIPT = """
import importlib.util, json
env.cr.rollback()
env.cr.execute("SET TRANSACTION READ ONLY")
rows = []
for module, path in PATHS.items():
    spec = importlib.util.spec_from_file_location("checks_" + module, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    for sentence, model, test in found.CHECKS:
        if callable(test):
            wrong = [str(one) for one in test(env)]
        else:
            env.cr.execute(test)
            wrong = [f"{model}({row[0]})" for row in env.cr.fetchall()]
        rows.append([module, sentence, len(wrong), wrong[:SHOWN]])
print(MARK + json.dumps(rows))
"""


def run(settings, name=None):
    """Check a database and say what is proven and what is not; return the number of problems.

    Reads only, so that it may run while people work.

    :param name: of the database; the demo's by default
    """
    if name is None:
        demo.require(settings)
        name = DEMO_DATABASE
    elif name not in database.names(settings):
        raise SuiteError(f"There is no database {name}.")
    problems = 0
    for module, sentence, count, shown in find(settings, name):
        problems += count
        output.say(f"{'WRONG' if count else 'right'}  {module:<24} {sentence}")
        for one in shown:
            output.say(f"         {one}")
        if count > len(shown):
            output.say(f"         and {count - len(shown)} more")
    output.say(f"{problems} problems" if problems else "Everything that can be checked is right.")
    return problems


def find(settings, name):
    """Return [module, what is proven, how many break it, the first of them] for every check."""
    ours = modules.scan(settings)
    rows = database.query(
        settings, "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY name",
        name,
    )  # fmt: skip
    paths = {
        module: str(ours[module].path / FILE)
        for (module,) in rows
        if module in ours and (ours[module].path / FILE).exists()
    }
    given = f"SHOWN, PATHS = {SHOWN}, {paths!r}\n"
    return shell.run(settings, name, given + SCRIPT)
