"""Reading Odoo's log.

A record is one line with date, process, level, database and logger; what follows without such a
head (a traceback) belongs to it.
"""

import dataclasses
import re

HEAD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>[\w.]+): (?P<text>.*)$"
)
# Records of Odoo itself that say nothing about the suite.
HARMLESS = (
    "selfie_segmentation.js",  # a file the distribution's package leaves out
    # Odoo keeps options of modules, with a warning
    "unknown option 'accounting_secret_key'",
    "unknown option 'loyalty_ledger_key'",
)
LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")
STARTING = re.compile(r": Starting (\w+\.test_\w+) \.\.\.")


@dataclasses.dataclass
class Record:
    """One log record; `text` includes the lines that follow the first."""

    level: str
    logger: str
    text: str

    @property
    def first_line(self):
        """The text up to the first line break."""
        return self.text.partition("\n")[0]


def records(text):
    """Return the records of a log.

    >>> line = "2026-01-02 03:04:05,678 9 ERROR db odoo.x: it broke"
    >>> records(line + chr(10) + "Traceback")[0].text
    'it broke\\nTraceback'
    """
    found = []
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            found.append(Record(head["level"], head["logger"], head["text"]))
        elif found:
            found[-1].text += f"\n{line}"
    return found


def at_work(line):
    """Return what to show while modules are loaded and tests run, or None for other lines.

    >>> at_work("... odoo.modules.loading: Loading module sale (12/40) ")
    'module 12 of 40: sale'
    >>> at_work("... odoo.addons.sale.tests.test_sale: Starting TestSale.test_total ... ")
    'TestSale.test_total'
    """
    if found := LOADING.search(line):
        return f"module {found[2]} of {found[3]}: {found[1]}"
    found = STARTING.search(line)
    return found[1] if found else None


def first_error(text):
    """Return the first error's sentence (for a traceback: its last line), or None."""
    for record in records(text):
        if record.level in ("ERROR", "CRITICAL"):
            return sentence(record)
    if "Traceback (most recent call last)" in text:
        return text.strip().splitlines()[-1]
    return None


def sentence(record):
    """Return what a record says in one line; of a traceback that is the last one."""
    lines = [line.strip() for line in record.text.splitlines() if line.strip()]
    return lines[-1] if "Traceback" in record.text else record.first_line.strip()


def problems(text, modules):
    """Return the records that must not be in a log: errors, and warnings about our modules.

    :param modules: names of the suite's modules
    """
    return [record for record in records(text) if _is_problem(record, modules)]


def _is_problem(record, modules):
    if any(noise in record.text for noise in HARMLESS):
        return False
    if record.level in ("ERROR", "CRITICAL"):
        return True
    return record.level == "WARNING" and any(
        re.search(rf"\b{re.escape(name)}\b", f"{record.logger} {record.text}") for name in modules
    )
