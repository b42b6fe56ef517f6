"""Odoo's own tests of portal, sale and loyalty pass beside the suite as they do without it."""

import re

import pytest
from life import copy, install

from suite import database, modules, odoo, postgres, templates
from suite.errors import CommandFailed
from suite.stages import odoo_tests

pytestmark = pytest.mark.proof

DATABASE = "suite_core"
TAGS = "/portal,/sale,/loyalty"
#: Odoo's tests make portal users whose passwords are their logins, which portal_guard refuses on purpose.
LENIENT = '''
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_portal_password(self, password):
        """Override: any."""
'''


@pytest.fixture(scope="module")
def ground(settings):
    """PostgreSQL and the configuration that Odoo's commands use."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    yield settings
    database.drop(settings, DATABASE)


def run_tests(settings, log, *arguments):
    """Run Odoo's tests in the work database; return what was seen of them."""
    http_port, gevent_port = odoo.free_ports(2)
    ports = (f"--http-port={http_port}", f"--gevent-port={gevent_port}")
    try:
        printed = odoo.run_once(
            settings, DATABASE, "--test-tags", TAGS, *ports, *arguments, log=log
        )
    except CommandFailed as error:
        printed = error.output
    seen = odoo_tests.see(printed)
    assert seen.started, "no test was run"
    return seen


def lenient_passwords(settings, folder):
    """Return arguments with which the work database takes any password, as Odoo's tests need it."""
    module = folder / "lenient_passwords"
    module.mkdir()
    manifest = {"name": "Lenient passwords", "license": "LGPL-3", "depends": ["portal_guard"]}
    (module / "__manifest__.py").write_text(f"{manifest!r}\n", encoding="utf-8")
    (module / "__init__.py").write_text(LENIENT, encoding="utf-8")
    text = settings.odoo_conf.read_text(encoding="utf-8")
    paths = re.search(r"^addons_path\s*=\s*(.+)$", text, re.MULTILINE)[1]
    arguments = [f"--addons-path={paths},{folder}"]
    log = settings.logs / f"{DATABASE}-lenient.log"
    odoo.run_once(settings, DATABASE, "--no-http", "-i", module.name, *arguments, log=log)
    return arguments


def test_the_suite_adds_no_failure_to_odoos_own_tests(ground, tmp_path):
    log = copy(ground, templates.core(ground, with_demo=False), DATABASE)
    without = run_tests(ground, log)
    log = copy(ground, templates.core(ground, with_demo=False), DATABASE)
    install(ground, DATABASE, modules.scan(ground), log=log)
    beside = run_tests(ground, log, *lenient_passwords(ground, tmp_path))

    added = {name: text for name, text in beside.failed.items() if name not in without.failed}
    assert not added, "\n".join([f"{len(added)} more failed:", *added.values()])
    # A class that cannot be set up runs none of its tests.
    assert without.started - beside.started == set()
