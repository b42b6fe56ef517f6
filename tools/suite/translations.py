"""The terms of our modules, and their translations: templates from an installed database."""

from pathlib import Path

from suite import database, modules, odoo, output, postgres, shell, templates

SCRATCH = "suite_terms"
#: The languages the suite speaks besides English: names of files, as Odoo looks for them.
LANGUAGES = ("cs", "nb", "nl", "ru", "sk", "sv")
TOOLS = Path(__file__).resolve().parents[1]

#: Run in Odoo's shell, where polib is.
SCRIPT = """
import io, json, sys
from pathlib import Path
from odoo.tools.translate import trans_export
sys.path.insert(0, TOOLS)
from suite import terms

def export(module):
    buffer = io.BytesIO()
    return buffer.getvalue() if trans_export(None, [module], buffer, "po", env) else b""

folders = {module: Path(path) / "i18n" for module, path in PATHS.items()}
"""
REFRESH = "print(MARK + json.dumps(terms.refresh(export, folders, LANGUAGES)))\n"
FIND_STALE = "print(MARK + json.dumps(terms.find_stale(export, folders)))\n"


def run(settings, names):
    """Write the templates anew, bring the translations up to date; return how many terms lack one.

    :param names: of modules; all by default
    """
    missing = 0
    for module, language, count, lacking in _ask(settings, names, REFRESH):
        missing += lacking
        if lacking:
            output.say(f"{module:<36} {language}  {lacking} of {count} to translate")
    output.say(f"{missing} to translate" if missing else "Everything is translated.")
    return missing


def find_stale(settings):
    """Return the modules whose template is not what the code says."""
    return _ask(settings, (), FIND_STALE)


def _ask(settings, names, question):
    ours = modules.scan(settings)
    paths = {name: str(ours[name].path) for name in names or ours}
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, SCRATCH)
    database.clone(settings, templates.complete(settings), SCRATCH)
    given = f"TOOLS, PATHS, LANGUAGES = {str(TOOLS)!r}, {paths!r}, {LANGUAGES!r}\n"
    try:
        return shell.run(settings, SCRATCH, given + SCRIPT + question)
    finally:
        database.drop(settings, SCRATCH)
