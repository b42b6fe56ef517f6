"""Every term of the suite, in every language it speaks."""

import re

import polib
import pytest

from suite import modules, translations
from suite.settings import Settings

pytestmark = pytest.mark.apart

ADDONS = modules.scan(Settings.from_environment())
#: What a translation has to keep: placeholders, and tags with their attributes,
KEPT = re.compile(r"%\(\w+\)[sdif]|%[sd%]|\{\w*\}|\$\{[^}]*\}|</?[a-zA-Z][^>]*>")
#: but for those that people read.
READ = re.compile(r'(title|aria-label|alt|placeholder)="[^"]*"')


def read(module, name):
    return polib.pofile(str(ADDONS[module].path / "i18n" / name))


def with_terms():
    return sorted(name for name in ADDONS if (ADDONS[name].path / "i18n").exists())


def list_kept(text):
    return sorted(KEPT.findall(READ.sub("", text)))


def find_problems(template, catalogue):
    """Yield what is wrong with a catalogue: (term, what)."""
    translated = {entry.msgid: entry for entry in catalogue}
    for entry in template:
        found = translated.pop(entry.msgid, None)
        if found is None or not found.msgstr.strip():
            yield entry.msgid, "has no translation"
        elif "fuzzy" in found.flags:
            yield entry.msgid, "was guessed"
        elif list_kept(entry.msgid) != list_kept(found.msgstr):
            yield entry.msgid, f"lost a placeholder or a tag: {found.msgstr}"
    for term in translated:
        yield term, "is no term any more"


def test_templates_are_what_the_code_says(settings):
    assert translations.find_stale(settings) == [], "./suite translate writes them anew"


@pytest.mark.parametrize("language", translations.LANGUAGES)
@pytest.mark.parametrize("module", with_terms())
def test_every_term_is_translated(module, language):
    catalogue = read(module, f"{language}.po")
    assert catalogue.metadata["Language"] == language
    assert list(find_problems(read(module, f"{module}.pot"), catalogue)) == []


def test_what_is_missing_or_broken_in_a_translation_is_found():
    def catalogue(**terms):
        made = polib.POFile()
        made.extend(polib.POEntry(msgid=key, msgstr=value) for key, value in terms.items())
        return made

    template = catalogue(**{"One": "", "%s left": "", "<b>Two</b>": "", "Three": ""})
    broken = catalogue(**{"%s left": "zbývá", "<b>Two</b>": "Dva", "Three": "Tři", "Old": "Staré"})
    assert [term for term, _what in find_problems(template, broken)] == [
        "One", "%s left", "<b>Two</b>", "Old",
    ]  # fmt: skip
