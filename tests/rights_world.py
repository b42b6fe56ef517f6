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
from pathlib import Path

import requests
from rights_visitor import TIMEOUT, Visitor

from suite import database, odoo, odoo_log, postgres, shell, templates

DATABASE = "suite_rights"
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
made, own, values = records.make(env, users, consignor, facts)
places = pages.make(env, users, made, own) | pages.make_files(env, made, facts)
env.flush_all()
env.cr.commit()
print(MARK + json.dumps({{
    "places": places,
    "card": env["loyalty.account"].browse(made["loyalty.account"]).number,
    "facts": facts, "records": made, "own": own, "values": values,
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
    :param values: ``{model: {"write": values, "create": values}}``
    :param users: ``{person: (login, key, id)}``; user, manager and other once for each app
    :param visitors: ``{person: Visitor}`` of the same, logged in
    """

    url: str
    dsn: str
    log_file: Path
    card: str
    places: dict
    facts: dict
    records: dict
    own: dict
    values: dict
    users: dict
    visitors: dict = dataclasses.field(default_factory=dict)

    database = DATABASE

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
        answer = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {self.users[person][1]}"},
            timeout=TIMEOUT,
        )
        text = answer.text
        if answer.status_code == 200:
            return Outcome("done", answer.json())
        if "REHEARSAL" in text:
            return Outcome("done", "REHEARSAL")
        if answer.status_code in (401, 403, 404):
            return Outcome("denied", text)
        if answer.status_code in (400, 409, 422):
            return Outcome("rule", text)
        return Outcome("broken", text)

    def each(self, function, things):
        """Return ``function(thing)`` of all, several at a time."""
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(function, things))


@contextlib.contextmanager
def running(settings):
    """Make the world and give it; drop it at the end."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    server = odoo.OdooServer(settings, DATABASE, workers=THREADS, name="rights")
    server.stop()
    database.drop(settings, DATABASE)
    database.clone(settings, source, DATABASE)
    made = shell.run(settings, DATABASE, SCRIPT.format(folder=str(FOLDER), password=PASSWORD))
    with server:
        server.log_file.write_text("", encoding="utf-8")
        world = World(server.url, server.dsn, server.log_file, **made)
        world.let_in()  # a first login changes things
        database.query(settings, (FOLDER / "refuse.sql").read_text(encoding="utf-8"), DATABASE)
        yield world
    database.drop(settings, DATABASE)
    refuse_unexpected(server.log_file)


def refuse_unexpected(log_file):
    """Fail when the server logged an error other than a refused end, which is what it is for."""
    text = log_file.read_text(encoding="utf-8", errors="replace")
    problems = [
        record.text for record in odoo_log.problems(text, {}) if "REHEARSAL" not in record.text
    ]
    assert not problems, "the server logged:\n" + "\n".join(problems)
