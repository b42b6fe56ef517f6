"""What the tests over the wire stand on: a real Odoo with several worker processes.

Nothing here imports Odoo; tests speak HTTP, RPC and SQL to the server like anybody else.
"""

import dataclasses
import os
import sys
from pathlib import Path

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from suite import database, modules, odoo, postgres, templates  # noqa: E402  the path comes first
from suite.settings import Settings  # noqa: E402

DATABASE = "suite_wire"
WORKERS = 4

hypothesis.settings.register_profile("test", max_examples=25, deadline=None)
hypothesis.settings.register_profile("proof", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("proof" if os.environ.get("SUITE_PROOF") else "test")


@dataclasses.dataclass(frozen=True)
class RunningSuite:
    """A running Odoo with demo data, for one test session.

    :param url: address without a slash at the end
    :param database: its name
    :param logins: {login: password}
    :param dsn: psycopg2 connection string
    :param log_file: the server's log
    """

    url: str
    database: str
    logins: dict
    dsn: str
    log_file: Path


@pytest.fixture(scope="session")
def settings():
    """The settings the command runs with."""
    return Settings.from_environment()


@pytest.fixture(scope="session")
def suite(settings):
    """A prefork server on a fresh copy of the database with demo data."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, source, DATABASE)
    with odoo.OdooServer(settings, DATABASE, workers=WORKERS, name="wire") as server:
        logins = {"admin": "admin", "demo": "demo"}
        logins |= {login: password for login, password, _ in modules.demo_logins(settings)}
        yield RunningSuite(server.url, DATABASE, logins, server.dsn, server.log_file)
    database.drop(settings, DATABASE)
