"""The life of the modules in long: alone, in every order, up from earlier states."""

import re

import pytest
from earlier import STATES, leave_out, unpack
from life import (
    OWN_WAYS,
    SETTINGS,
    apps,
    assert_same,
    copy,
    count_rows,
    footprint,
    footprint_of,
    install,
    uninstall,
    upgrade,
)

from suite import check, database, modules, odoo, postgres, templates
from suite.settings import Settings

pytestmark = pytest.mark.proof

#: Work databases: what a test works on; all modules together; all but some.
DATABASE, TOGETHER, LEAST = "suite_life", "suite_life_together", "suite_life_least"
MODULES = modules.scan(Settings.from_environment())


@pytest.fixture(scope="module")
def ground(settings):
    """PostgreSQL and the configuration that Odoo's commands use."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    yield settings
    for name in database.names(settings, DATABASE):
        database.drop(settings, name)


@pytest.fixture(scope="module")
def together(ground):
    """The footprint of a database into which all modules were installed at once, without demo data."""
    log = copy(ground, templates.core(ground, with_demo=False), TOGETHER)
    install(ground, TOGETHER, MODULES, log=log)
    return footprint(ground, TOGETHER)


@pytest.fixture(scope="module")
def others(ground, tmp_path_factory):
    """A function that returns the footprint of a database into which some modules never came.

    :param gone: their names
    """
    known = {}

    def look(gone):
        gone = frozenset(gone)
        if gone not in known:
            log = copy(ground, templates.core(ground, with_demo=False), LEAST)
            names = ", ".join(f"'{name}'" for name in gone)
            statement = f"DELETE FROM ir_module_module WHERE name IN ({names})"
            database.query(ground, statement, LEAST)  # it would miss what it had once seen
            rest = leave_out(ground, gone, tmp_path_factory.mktemp("others"))
            rest.install(ground, LEAST, log=log, demo=False)
            known[gone] = footprint(ground, LEAST)
        return known[gone]

    return look


def depending_on(name):
    """Return a module and all that go when it goes."""
    found = {name}
    while more := {
        one.name for one in MODULES.values() if one.name not in found and found & {*one.depends}
    }:
        found |= more
    return found


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_goes_without_a_trace_and_comes_back_the_same(ground, together, others, name):
    log = copy(ground, TOGETHER, DATABASE)
    gone = depending_on(name)

    uninstall(ground, DATABASE, [name], log=log)
    left = footprint(ground, DATABASE)
    states = {one.split()[0] for one in left["module"]}
    assert not gone & states
    assert states >= MODULES.keys() - gone
    assert [one for one in left["external id"] if one.split(".")[0] in gone] == []
    assert_same(others(gone), left, (*OWN_WAYS, *SETTINGS))

    install(ground, DATABASE, gone, log=log)
    assert_same(together, footprint(ground, DATABASE), OWN_WAYS)


@pytest.mark.parametrize("turned", [False, True], ids=["forwards", "backwards"])
def test_apps_come_in_any_order_and_what_joins_them_comes_by_itself(ground, together, turned):
    log = copy(ground, templates.core(ground, with_demo=False), DATABASE)
    for name in sorted(apps(ground), reverse=turned):
        install(ground, DATABASE, [name], log=log)
    assert_same(together, footprint(ground, DATABASE))


def test_what_joins_apps_with_odoos_comes_by_itself_when_those_come_later(ground, together):
    chosen = [MODULES[name] for name in apps(ground)]
    needed = modules.core_dependencies(ground, chosen)
    later = set(modules.core_dependencies(ground, MODULES.values())) - set(needed)
    log = begin(ground, needed)
    install(ground, DATABASE, apps(ground), log=log)
    install(ground, DATABASE, later, log=log)
    states = {one.split()[0] for one in footprint(ground, DATABASE)["module"]}
    assert states >= MODULES.keys()


def begin(settings, needed):
    """Make the work database with some of Odoo's modules only; return the path of its log."""
    database.drop(settings, DATABASE)
    database.create(settings, DATABASE)
    log = settings.logs / f"{DATABASE}.log"
    log.unlink(missing_ok=True)
    install(settings, DATABASE, needed or ["base"], log=log)
    return log


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_installs_alone_with_only_what_it_depends_on(ground, name):
    needed = modules.core_dependencies(ground, [MODULES[name]])
    log = begin(ground, needed)
    install(ground, DATABASE, [name], log=log)
    states = {one.split()[0] for one in footprint(ground, DATABASE)["module"]}
    assert name in states
    for other in MODULES.values():
        installs_itself = other.auto_install and states.issuperset(other.depends)
        assert not installs_itself or other.name in states, f"{other.name} did not come by itself"


#: What money and goods come to: the same before and after an upgrade.
SUMS = {
    "loyalty_account": "SELECT company_id, number, balance, held, debt, version FROM loyalty_account",
    "loyalty_account_lot": "SELECT account_id, sum(amount), sum(remaining) FROM loyalty_account_lot GROUP BY 1",
    "account_move_line": "SELECT account_id, sum(balance) FROM account_move_line WHERE parent_state = 'posted'"
    " GROUP BY 1",
    "consignment_settlement": "SELECT id, stage, amount_total, bill_id FROM consignment_settlement",
    "consignment_article": "SELECT id, state, price, product_id FROM consignment_article",
    "consolidation_item": "SELECT debtor_id, creditor_id, sum(amount) FROM consolidation_item GROUP BY 1, 2",
    "accounting_export": "SELECT id, state, key, external_id FROM accounting_export",
    "sale_order": "SELECT id, state, amount_total FROM sale_order",
    "stock_quant": "SELECT product_id, location_id, owner_id, sum(quantity) FROM stock_quant GROUP BY 1, 2, 3",
}
#: Get fewer by an upgrade: terms and views of modules, what jobs are woken with.
SHRINK = re.compile(r"ir_|orm_signaling_registry$|bus_bus$")


def sum_up(settings, tables):
    """Return what the money and goods of a database come to, as far as it has those tables."""
    return {
        table: sorted(database.query(settings, statement, DATABASE))
        for table, statement in SUMS.items()
        if table in tables
    }


@pytest.mark.parametrize("finished", STATES)
def test_data_of_an_earlier_state_are_all_there_after_the_upgrade(ground, finished, tmp_path):
    earlier = unpack(ground, STATES[finished], tmp_path)
    database.drop(ground, DATABASE)
    database.create(ground, DATABASE)
    log = ground.logs / f"{DATABASE}.log"
    log.unlink(missing_ok=True)
    earlier.install(ground, DATABASE, log=log)
    rows = count_rows(ground, DATABASE)
    sums = sum_up(ground, rows)

    # Demo data of ours that were added since would be loaded without what they are made by: Odoo
    # calls functions of demo data on installation only. What is there stays.
    names = ", ".join(f"'{name}'" for name in earlier.modules)
    statement = f"UPDATE ir_module_module SET demo = false WHERE name IN ({names})"
    database.query(ground, statement, DATABASE)
    upgrade(ground, DATABASE, earlier.modules, log=log)

    now = count_rows(ground, DATABASE)
    lost = {
        table: (rows[table], now.get(table)) for table in rows if now.get(table, 0) < rows[table]
    }
    assert {table: one for table, one in lost.items() if not SHRINK.match(table)} == {}
    for table, after in sum_up(ground, rows).items():
        assert [row for row in sums[table] if row not in after] == [], table
    assert [row for row in check.find(ground, DATABASE) if row[2]] == []
    # All the rest installed, too, it is what it would be without a past.
    missing = MODULES.keys() - set(earlier.modules)
    needed = modules.core_dependencies(ground, MODULES.values())
    install(ground, DATABASE, [*missing, *needed], log=log, demo=True)
    assert_same(
        footprint_of(ground, templates.complete(ground), TOGETHER),
        footprint(ground, DATABASE),
        BY_HISTORY,
    )


#: What an upgrade leaves to whoever set it up: demo data of apps that came later are not loaded.
BY_HISTORY = (r"external id less: ", r"sequence less: ", *SETTINGS)
