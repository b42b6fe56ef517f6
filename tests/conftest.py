"""What the tests over the wire stand on: a real Odoo with several worker processes.

Nothing here imports Odoo; tests speak HTTP, RPC and SQL to the server like anybody else.
"""

import dataclasses
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from suite import database, modules, odoo, odoo_log, postgres, templates
from suite.settings import Settings

DATABASE = "suite_wire"
WORKERS = 4


@dataclasses.dataclass(frozen=True)
class RunningSuite:
    """A running Odoo with demo data, for one test session.

    :param url: address without a slash at the end
    :param database: its name
    :param logins: {login: password}
    :param dsn: psycopg2 connection string
    :param log_file: the server's log
    :param expected: patterns of errors in the log that a test provoked on purpose
    """

    url: str
    database: str
    logins: dict
    dsn: str
    log_file: Path
    expected: list = dataclasses.field(default_factory=lambda: ["could not serialize access"])

    def expect_log(self, pattern):
        """Say that the server will log an error matching `pattern`, because a test provokes it.

        Conflicts of concurrent transactions, which Odoo retries, are always expected.
        """
        self.expected.append(pattern)


@pytest.fixture(scope="session")
def settings():
    """The settings the command runs with."""
    return Settings.from_environment()


@pytest.fixture(scope="session")
def server(settings):
    """A prefork server on a fresh copy of the database with demo data.

    At the end its log must hold no error, and no warning about our modules, that was not expected.
    """
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, source, DATABASE)
    end_demo_promotions(settings)
    with odoo.OdooServer(settings, DATABASE, workers=WORKERS, name="wire") as running:
        running.log_file.write_text("", encoding="utf-8")  # the log of this session only
        logins = {"admin": "admin", "demo": "demo"}
        logins |= {login: password for login, password, _ in modules.demo_logins(settings)}
        facts = RunningSuite(running.url, DATABASE, logins, running.dsn, running.log_file)
        yield facts
    database.drop(settings, DATABASE)
    refuse_unexpected(facts, modules.scan(settings))


@pytest.fixture(scope="session")
def rights_made(settings):
    """A database with persons and records, of which the next two are copies."""
    import rights_world  # found once tests/ is on the path

    yield rights_world.make(settings)
    database.drop(settings, rights_world.MADE)


@pytest.fixture(scope="session")
def rights(settings, rights_made):
    """Persons and records on a server where everything may be tried, see ``rights_world``."""
    import rights_world

    with rights_world.running(settings, rights_made, rights_world.REFUSING, "refuse.sql") as world:
        yield world


@pytest.fixture(scope="session")
def changing(settings, rights_made):
    """The same on a server where what is done is done, and noted table by table."""
    import rights_world

    with rights_world.running(settings, rights_made, rights_world.CHANGING, "note.sql") as world:
        yield world


def end_demo_promotions(settings):
    """End the promotions of Odoo's demo data: they join every order of these tests.

    With their points on it, an order answers its confirmation with a notification, and a
    salesperson may not cancel it (``sale_loyalty`` deletes the points with the user's rights).
    """
    database.query(
        settings,
        "UPDATE loyalty_program SET active = false WHERE id NOT IN (SELECT res_id FROM ir_model_data"
        " WHERE model = 'loyalty.program' AND module = 'b2b_portal_loyalty')",
        DATABASE,
    )


def refuse_unexpected(facts, own_modules):
    """Fail when the server's log holds problems no test said it would provoke."""
    text = facts.log_file.read_text(encoding="utf-8", errors="replace")
    problems = [
        record.text
        for record in odoo_log.problems(text, own_modules)
        if not any(re.search(pattern, record.text) for pattern in facts.expected)
    ]
    assert not problems, "the server logged:\n" + "\n".join(problems)
