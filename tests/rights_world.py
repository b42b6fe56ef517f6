"""A server on which everything may be tried and nothing happens, and the persons who try.

Of the tables in ``rights/``. The database is a copy of the demo. When persons and records are made,
``rights/refuse.sql`` puts a deferred trigger on its tables, which refuses the end of each
transaction that changed anything. So every call is a real one, with the server's own checks, and is
undone as a whole; a call that got so far was allowed. What that does not undo: mails and requests
to others are sent after the end of a transaction only, so there are none; numbers of sequences are
used up; the few tables the file names count who asks how often. Persons may thus try the same
records at once, in any order.
"""

import concurrent.futures
import contextlib
import dataclasses
import re
from pathlib import Path

import requests
from rights_visitor import TIMEOUT, Visitor

from suite import database, odoo, odoo_log, postgres, shell, templates

MADE = "suite_rights_made"
#: Databases of worlds: where nothing may change, and where changes are noted.
REFUSING, CHANGING = "suite_rights", "suite_rights_fuzz"
FOLDER = Path(__file__).resolve().parent / "rights"
PASSWORD = "a-long-enough-password"
#: Columns of the tables, in their order.
PERSONS = (
    "anonymous", "stranger", "colleague", "owner", "integrator", "staff", "user", "manager",
    "admin", "other",
)  # fmt: skip
#: Persons who are somebody else in each app.
BY_APP = ("user", "manager", "other")
#: Whose groups are meant by user, manager and other, by how a module's name begins.
APPS = {
    "accounting": "accounting",
    "b2b": "b2b",
    "consignment": "consignment",
    "integrator": "accounting",
    "loyalty": "loyalty",
    "office": "loyalty",
    "partner": "consolidation",
    "portal": "b2b",
}
#: Requests at a time; the server has as many processes.
THREADS = 4
SCRIPT = """
import json, sys
sys.path.insert(0, {folder!r})
import pages, people, records, registry
facts = registry.facts(env)
users, keys = people.make(env, {password!r})
consignor = people.make_customers(env, users)
made, own, about, values = records.make(env, users, consignor, facts)
places = pages.make(env, users, made, own) | pages.make_files(env, made, facts)
env.flush_all()
env.cr.commit()
print(MARK + json.dumps({{
    "places": places,
    "card": env["loyalty.account"].browse(made["loyalty.account"]).number,
    "facts": facts, "records": made, "own": own, "about": about, "values": values,
    "users": {{name: [user.login, keys[name], user.id] for name, user in users.items()}},
}}))
"""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a call ended.

    :param kind: ``done`` (or only its end was refused), ``denied``, ``rule`` (a sentence of the
        business) or ``broken``
    :param answer: what was answered
    """

    kind: str
    answer: object


@dataclasses.dataclass(frozen=True)
class World:
    """The running server with its persons and records.

    :param card: number of the owner's card
    :param places: ``{what: text}`` that stands for it in addresses and forms
    :param facts: what needs rows in the tables, see ``rights/registry.py``
    :param records: ``{model: id}``, the owner's
    :param own: ``{model: {person: id}}``: dialogues that each person has opened
    :param about: ``{model: [fields]}``: the lists of records that dialogues are about
    :param values: ``{model: {"write": values, "create": values}}``
    :param users: ``{person: (login, key, id)}``; user, manager and other once for each app
    :param visitors: ``{person: Visitor}`` of the same, logged in
    """

    database: str
    url: str
    dsn: str
    log_file: Path
    card: str
    places: dict
    facts: dict
    records: dict
    own: dict
    about: dict
    values: dict
    users: dict
    visitors: dict = dataclasses.field(default_factory=dict)

    def let_in(self):
        """Log everybody in, and let each see a page."""
        for person, visitor in zip(self.users, self.each(self._visit, self.users), strict=True):
            self.visitors[person] = visitor

    def _visit(self, person):
        login, key, _number = self.users[person]
        if person == "integrator":
            return Visitor(self, person, key=key)
        # Passwords of the demo are as their logins.
        password = login if person in ("admin", "colleague", "owner") else PASSWORD
        return Visitor(self, person, None if person == "anonymous" else (login, password))

    def who(self, person, module):
        """Return the person's name in ``users`` for things of a module."""
        return f"{person}_{APPS[module.split('_')[0]]}" if person in BY_APP else person

    def call(self, person, model, method, **arguments):
        """Call a method over JSON-2; the person is one of ``users``."""
        logged = self.log_file.stat().st_size
        answer = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {self.users[person][1]}"},
            timeout=TIMEOUT,
        )
        text = answer.text
        if answer.status_code == 200:
            return Outcome("done", answer.json())
        if "REHEARSAL" in text or (answer.status_code == 500 and self._was_refused(logged)):
            return Outcome("done", "REHEARSAL")
        if answer.status_code in (401, 403, 404):
            return Outcome("denied", text)
        if answer.status_code in (400, 409, 422):
            return Outcome("rule", text)
        return Outcome("broken", text)

    def _was_refused(self, logged):
        """Tell whether the end of a call was refused: people outside are not told why it failed.

        :param logged: how large the server's log was before the call
        """
        with self.log_file.open("rb") as log:
            log.seek(logged)
            return b"REHEARSAL" in log.read()

    def each(self, function, things):
        """Return ``function(thing)`` of all, several at a time."""
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(function, things))


def make(settings):
    """Make the database with persons and records; return what a :class:`World` needs to know."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    for name in (REFUSING, CHANGING, MADE):
        odoo.OdooServer(settings, name, name=name).stop()
        database.drop(settings, name)
    database.clone(settings, source, MADE)
    return shell.run(settings, MADE, SCRIPT.format(folder=str(FOLDER), password=PASSWORD))


@contextlib.contextmanager
def running(settings, made, name, script):
    """Give a world of its own on a copy of the database.

    :param made: see :func:`make`
    :param name: of the copy, ``REFUSING`` or ``CHANGING``
    :param script: SQL, run when everybody is logged in: a first login changes things
    """
    database.clone(settings, MADE, name)
    with odoo.OdooServer(settings, name, workers=THREADS, name=name) as server:
        server.log_file.write_text("", encoding="utf-8")
        world = World(name, server.url, server.dsn, server.log_file, **made)
        world.let_in()
        database.query(settings, (FOLDER / script).read_text(encoding="utf-8"), name)
        yield world
    database.drop(settings, name)
    refuse_unexpected(server.log_file)


#: Errors in the log that tests provoke: ends that were refused, values that the database refuses and
#: Odoo tells in words.
PROVOKED = re.compile(r"REHEARSAL|violates [a-z -]+ constraint|could not serialize access|deadlock")


def refuse_unexpected(log_file):
    """Fail when the server logged an error other than those that are tried for."""
    text = log_file.read_text(encoding="utf-8", errors="replace")
    problems = [
        record.text for record in odoo_log.problems(text, {}) if not PROVOKED.search(record.text)
    ]
    assert not problems, "the server logged:\n" + "\n".join(problems)
