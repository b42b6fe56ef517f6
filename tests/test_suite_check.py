"""What ``./suite check`` proves: nothing is wrong with the demo, and each thing that is broken is found."""

import re

import pytest

from suite import check, database, odoo, postgres, templates

pytestmark = pytest.mark.apart

DATABASE = "suite_check"

#: (module, words of the check, what breaks it): written past Odoo, as a bug or a bad disk would.
BREAKS = [
    (
        "loyalty_accounts",
        "seals agree",
        "UPDATE loyalty_account SET balance = balance + 1"
        " WHERE id = (SELECT min(id) FROM loyalty_account)",
    ),
    (
        "loyalty_accounts",
        "general ledger",
        "UPDATE account_move_line line SET account_id = company.loyalty_deposit_account_id"
        " FROM res_company company WHERE line.company_id = company.id AND line.id ="
        " (SELECT min(one.id) FROM account_move_line one JOIN res_company other"
        " ON other.id = one.company_id WHERE one.parent_state = 'posted' AND one.balance <> 0"
        " AND other.loyalty_deposit_account_id IS NOT NULL)",
    ),
    (
        "loyalty_accounts",
        "entries balance",
        "UPDATE account_move_line SET balance = balance + 5 WHERE id ="
        " (SELECT max(id) FROM account_move_line WHERE parent_state = 'posted' AND balance <> 0)",
    ),
    (
        "consignment_portal",
        "add up",
        "UPDATE consignment_settlement SET amount_total = amount_total + 1 WHERE stage = 'draft'",
    ),
    (
        "consignment_portal",
        "bill of a confirmed",
        "UPDATE account_move SET state = 'draft' WHERE id IN"
        " (SELECT bill_id FROM consignment_settlement WHERE stage = 'confirmed')",
    ),
    (
        "consignment_portal",
        "own, and once",
        "UPDATE consignment_settlement_line SET live = false",
    ),
    (
        "consignment_portal",
        "between consignor and shop",
        "UPDATE consignment_sale SET commission = commission + 0.01",
    ),
    (
        "consignment_portal",
        "were permitted",
        "UPDATE consignment_consignor SET entry_quota = coalesce(entry_quota, 0) + 1"
        " WHERE id = (SELECT min(id) FROM consignment_consignor)",
    ),
    (
        "consignment_portal",
        "left the shelf",
        "UPDATE consignment_sale SET quantity = quantity + 1",
    ),
    (
        "partner_consolidation",
        "sum of its lines",
        "INSERT INTO consolidation_clearing (id, name, state, date_to, currency_id, settlement_mode)"
        " VALUES (900001, 'X1', 'closed', '2026-01-31', 1, 'entries');"
        " INSERT INTO consolidation_clearing_pair"
        " (clearing_id, debtor_id, creditor_id, currency_id, credit, amount, item_count)"
        " SELECT 900001, min(id), max(id), 1, 10, 10, 1 FROM res_company",
    ),
    (
        "partner_consolidation",
        "what it is owed",
        "INSERT INTO consolidation_payment (clearing_id, payer_id, payee_id, currency_id, amount)"
        " SELECT 900001, min(id), max(id), 1, 9 FROM res_company",
    ),
    (
        "partner_consolidation",
        "booked is posted",
        "INSERT INTO consolidation_booking (clearing_id, company_id, entry_id)"
        " SELECT 900001, company_id, id FROM account_move WHERE state = 'draft' LIMIT 1",
    ),
    (
        "partner_consolidation",
        "in force has terms",
        "DELETE FROM consolidation_terms",
    ),
    (
        "b2b_portal",
        "in a cart or waits",
        "UPDATE sale_order SET state = 'draft'"
        " WHERE id = (SELECT min(id) FROM sale_order WHERE b2b_stage = 'placed')",
    ),
    (
        "b2b_portal",
        "deliveries and invoices say",
        "UPDATE sale_order SET b2b_status = NULL"
        " WHERE id = (SELECT max(id) FROM sale_order WHERE state = 'sale' AND b2b_status IS NOT NULL)",
    ),
    (
        "b2b_portal",
        "no link and no login",
        "UPDATE b2b_member SET state = 'revoked'",
    ),
    (
        "accounting_connectors",
        "its number at the provider",
        "UPDATE accounting_export SET external_id = NULL WHERE state = 'sent'",
    ),
    (
        "accounting_connectors",
        "totals at the provider",
        "UPDATE accounting_export SET external_total = external_total + 1, reason = NULL"
        " WHERE state = 'sent'",
    ),
    (
        "accounting_connectors",
        "has a job",
        "UPDATE accounting_backend SET state = 'connected'",
    ),
    (
        "accounting_connectors",
        "registered payment",
        "UPDATE accounting_payment SET state = 'registered' WHERE state = 'seen'",
    ),
]


@pytest.fixture(scope="module")
def checked(settings):
    """Return the answers for the demo's data as it is, and after everything was broken."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, templates.complete(settings), DATABASE)
    before = check.find(settings, DATABASE)
    # replica: what is guarded by triggers is broken, too
    statements = ["SET session_replication_role = replica", *(sql for *_words, sql in BREAKS)]
    database.query(settings, "; ".join(statements), DATABASE)
    yield before, check.find(settings, DATABASE)
    database.drop(settings, DATABASE)


def test_nothing_is_wrong_with_the_demo(checked):
    before, _after = checked
    assert [row for row in before if row[2]] == []


@pytest.mark.parametrize(("module", "words", "sql"), BREAKS, ids=[one[1] for one in BREAKS])
def test_what_is_broken_is_named(checked, module, words, sql):
    _before, after = checked
    ((_module, _sentence, count, shown),) = [
        row for row in after if row[0] == module and words in row[1]
    ]
    assert count, sql
    assert re.match(r"[a-z0-9]+(\.[a-z]+)+\(\d+\)", shown[0]), "a record is named"


def test_each_check_is_broken_here(checked):
    before, _after = checked
    broken = [
        next(row[1] for row in before if row[0] == module and words in row[1])
        for module, words, _statement in BREAKS
    ]
    assert sorted(broken) == sorted(row[1] for row in before)
