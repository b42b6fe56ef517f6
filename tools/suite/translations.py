"""The terms of our modules, and their translations: templates from an installed database, merged into languages."""

from suite import database, modules, odoo, output, postgres, shell, templates

SCRATCH = "suite_terms"
#: The languages the suite speaks besides English: file name, as Odoo looks for it.
LANGUAGES = ("cs", "nb", "nl", "ru", "sk", "sv")

#: Run in Odoo's shell, where polib is: writes <module>.pot and <language>.po of each module.
SCRIPT = """
import io, json, polib
from pathlib import Path
from odoo.tools.translate import trans_export

def read(path):
    return polib.pofile(str(path)) if path.exists() else None

def terms(catalogue):
    return [(e.msgid, e.comment, e.occurrences) for e in catalogue]

def export(module, folder):
    buffer = io.BytesIO()
    if not trans_export(None, [module], buffer, "po", env):
        return None
    found = polib.pofile(buffer.getvalue().decode())
    path = folder / f"{module}.pot"
    before = read(path)
    if before is None or terms(before) != terms(found):
        folder.mkdir(exist_ok=True)
        path.write_bytes(buffer.getvalue())
    return found

def merge(path, language, template):
    before = read(path)
    known = {e.msgid: e.msgstr for e in before or ()}
    merged = polib.POFile()
    merged.header = template.header
    merged.metadata = before.metadata if before is not None else {
        **template.metadata, "Language": language, "Content-Transfer-Encoding": "8bit"}
    for entry in template:
        merged.append(polib.POEntry(
            msgid=entry.msgid, msgstr=known.get(entry.msgid, ""), comment=entry.comment,
            occurrences=entry.occurrences, flags=entry.flags))
    # dates change when a term does
    if before is None or terms(before) != terms(merged):
        merged.save(str(path))
    return sum(not e.msgstr for e in merged)

rows = []
for module, path in PATHS.items():
    folder = Path(path) / "i18n"
    template = export(module, folder)
    if template is not None:
        for language in LANGUAGES:
            missing = merge(folder / f"{language}.po", language, template)
            rows.append([module, language, len(template), missing])
print(MARK + json.dumps(rows))
"""


def run(settings, names):
    """Write the templates anew, bring the translations up to date; return how many terms lack one.

    :param names: of modules; all by default
    """
    missing = 0
    for module, language, count, lacking in refresh(settings, names):
        missing += lacking
        if lacking:
            output.say(f"{module:<36} {language}  {lacking} of {count} to translate")
    output.say(f"{missing} to translate" if missing else "Everything is translated.")
    return missing


def refresh(settings, names=()):
    """Return [module, language, terms, those without a translation] after writing all files."""
    ours = modules.scan(settings)
    paths = {name: str(ours[name].path) for name in names or ours}
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, SCRATCH)
    database.clone(settings, templates.complete(settings), SCRATCH)
    try:
        given = f"PATHS, LANGUAGES = {paths!r}, {LANGUAGES!r}\n"
        return shell.run(settings, SCRATCH, given + SCRIPT)
    finally:
        database.drop(settings, SCRATCH)
