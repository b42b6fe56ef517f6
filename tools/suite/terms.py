"""Templates and translations of terms; used in Odoo's shell, in whose environment polib is."""

import polib


def refresh(export, folders, languages):
    """Write the templates anew and merge them into the translations.

    Files change when a term does; a translation is kept as long as its term stands.

    :param export: returns a module's template as bytes, empty without terms
    :param folders: {module: the folder of its catalogues, a :class:`pathlib.Path`}
    :return: [module, language, terms, those without a translation] for each catalogue
    """
    rows = []
    for module, folder in folders.items():
        content = export(module)
        if not content:
            continue
        template = polib.pofile(content.decode())
        if _differs(folder / f"{module}.pot", template):
            folder.mkdir(exist_ok=True)
            (folder / f"{module}.pot").write_bytes(content)
        for language in languages:
            missing = _merge(folder / f"{language}.po", language, template)
            rows.append([module, language, len(template), missing])
    return rows


def find_stale(export, folders):
    """Return the modules whose template is not what the code says; nothing is written."""
    exported = {module: export(module) for module in folders}
    return [
        module
        for module, folder in folders.items()
        if exported[module]
        and _differs(folder / f"{module}.pot", polib.pofile(exported[module].decode()))
    ]


def _read(path):
    return polib.pofile(str(path)) if path.exists() else None


def _differs(path, catalogue):
    before = _read(path)
    return before is None or _list(before) != _list(catalogue)


def _list(catalogue):
    return [(entry.msgid, entry.comment, entry.occurrences) for entry in catalogue]


def _merge(path, language, template):
    """Return how many terms of a language lack a translation, after writing its catalogue."""
    before = _read(path)
    known = {entry.msgid: entry.msgstr for entry in before or ()}
    merged = polib.POFile()
    merged.header = template.header
    merged.metadata = (
        before.metadata
        if before is not None
        else {
            **template.metadata,
            "Language": language,
            "Content-Transfer-Encoding": "8bit",
        }
    )
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=entry.flags,
            )
        )
    if _differs(path, merged):
        merged.save(str(path))
    return sum(not entry.msgstr for entry in merged)
