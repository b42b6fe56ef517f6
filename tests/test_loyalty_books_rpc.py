"""The journal of the credit as an accountant meets it over XML-RPC: nothing there is theirs."""

import uuid
import xmlrpc.client

import pytest
from loyalty import open_account, query
from rpc import XmlRpc

#: XML-RPC fault code of Odoo for an error that is meant for people.
USER_ERROR = 2


@pytest.fixture(scope="module")
def admin(server):
    return XmlRpc(server, "admin")


@pytest.fixture(scope="module")
def company(admin):
    """The main company, with a chart of accounts."""
    company_id = admin("res.users", "read", [admin.uid], ["company_id"])[0]["company_id"][0]
    names = ["chart_template", "loyalty_journal_id", "loyalty_deposit_account_id"]
    if not admin("res.company", "read", [company_id], names)[0]["chart_template"]:
        admin("account.chart.template", "try_loading", "generic_coa", company_id)
    return admin("res.company", "read", [company_id], names)[0]


@pytest.fixture(scope="module")
def accountant(admin, server, company):
    """Somebody with all rights of bookkeeping, who may also use credit."""
    login = f"accountant-{uuid.uuid4().hex}"
    groups = [
        "account.group_account_manager",
        "account.group_account_user",
        "loyalty_accounts.group_user",
    ]
    # Their ids by XML id, which no public method tells: straight from the database.
    ids = query(
        server,
        "SELECT res_id FROM ir_model_data WHERE model = 'res.groups'"
        " AND module || '.' || name = ANY(%s)",
        groups,
    )
    admin(
        "res.users",
        "create",
        {
            "name": "Ada Accountant",
            "login": login,
            "password": login,
            "group_ids": [(4, group_id) for (group_id,) in ids],
        },
    )
    return XmlRpc(server, login, login)


@pytest.fixture(scope="module")
def booked(admin, accountant, company):
    """An entry that the daily booking made, as ``{"id", "line"}``."""
    open_account(admin)
    report = accountant("loyalty.liability.report", "create", [{}])[0]
    accountant("loyalty.liability.report", "action_book_now", [report])
    entry = accountant(
        "account.move",
        "search",
        [("journal_id", "=", company["loyalty_journal_id"][0])],
        limit=1,
    )[0]
    lines = accountant("account.move.line", "search", [("move_id", "=", entry)])
    return {"id": entry, "line": lines[0]}


@pytest.fixture(scope="module")
def invoice(admin, accountant):
    """An invoice of 100.00 of which credit paid 30.00, as ``{"id", "partial"}``."""
    card = open_account(admin)
    partner = admin("res.partner", "create", [{"name": "Anna Berg"}])[0]
    invoice_id = accountant(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner,
                "invoice_line_ids": [(0, 0, {"name": "Goods", "price_unit": 100, "tax_ids": []})],
            }
        ],
    )[0]
    accountant("account.move", "action_post", [invoice_id])
    wizard = accountant(
        "loyalty.invoice.credit",
        "create",
        [{"invoice_id": invoice_id, "account_id": card["id"], "amount": 30}],
    )[0]
    accountant("loyalty.invoice.credit", "action_pay", [wizard])
    partial = accountant(
        "account.partial.reconcile",
        "search",
        [("debit_move_id.move_id", "=", invoice_id)],
    )[0]
    return {"id": invoice_id, "partial": partial}


def refused(call, *args, **options):
    """Call, and expect a refusal in words; return its sentence."""
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*args, **options)
    assert "Traceback" not in caught.value.faultString
    assert caught.value.faultCode == USER_ERROR
    return caught.value.faultString


@pytest.mark.parametrize("method", ["button_draft", "button_cancel", "unlink"])
def test_entries_are_not_reset_cancelled_or_deleted(accountant, booked, method):
    assert "loyalty ledger" in refused(accountant, "account.move", method, [booked["id"]])


@pytest.mark.parametrize(
    "vals",
    [{"state": "draft"}, {"date": "2020-01-01"}, {"name": "X/1"}, {"line_ids": [(5, 0, 0)]}],
    ids=str,
)
def test_entries_are_not_changed(accountant, booked, vals):
    assert "loyalty ledger" in refused(accountant, "account.move", "write", [booked["id"]], vals)


@pytest.mark.parametrize("vals", [{"balance": 1}, {"name": "x"}, {"account_id": 1}], ids=str)
def test_lines_are_not_changed(accountant, booked, vals):
    sentence = refused(accountant, "account.move.line", "write", [booked["line"]], vals)
    assert "loyalty ledger" in sentence


def test_entries_are_not_reversed(accountant, booked, company):
    wizard = accountant(
        "account.move.reversal",
        "create",
        [{"journal_id": company["loyalty_journal_id"][0], "move_ids": [(6, 0, [booked["id"]])]}],
    )
    assert "loyalty ledger" in refused(accountant, "account.move.reversal", "reverse_moves", wizard)


@pytest.mark.parametrize("context", [{}, {"loyalty_ledger": True}, {"force_delete": True}], ids=str)
def test_nothing_is_created_whatever_the_context_says(accountant, company, context):
    journal = company["loyalty_journal_id"][0]
    for model, vals in (
        ("account.move", {"journal_id": journal}),
        ("account.payment", {"journal_id": journal, "amount": 5}),
        ("account.bank.statement.line", {"journal_id": journal, "amount": 5, "payment_ref": "x"}),
    ):
        sentence = refused(accountant, model, "create", [vals], context=context)
        assert "loyalty ledger only" in sentence


def test_payment_with_credit_is_not_unreconciled(accountant, invoice):
    ways = (
        ("account.move", "js_remove_outstanding_partial", [invoice["id"]], invoice["partial"]),
        ("account.partial.reconcile", "unlink", [invoice["partial"]]),
        ("account.partial.reconcile", "write", [invoice["partial"]], {"amount": 1}),
    )
    for way in ways:
        assert "loyalty ledger" in refused(accountant, *way)
    left = accountant("account.move", "read", [invoice["id"]], ["amount_residual"])
    assert left[0]["amount_residual"] == 70


def test_the_journal_stays_what_it_is(accountant, company):
    journal = company["loyalty_journal_id"][0]
    for vals in ({"active": False}, {"type": "general"}, {"default_account_id": 1}):
        assert "not what it is" in refused(accountant, "account.journal", "write", [journal], vals)
    words = refused(accountant, "account.journal", "unlink", [journal])
    # With a till installed, core refuses first: its payment method uses the journal.
    assert "stays" in words or "payment method" in words


def test_the_company_keeps_journal_and_deposit_account(admin, company):
    journal = {"loyalty_journal_id": False}
    with pytest.raises(xmlrpc.client.Fault, match="ledger alone"):
        admin("res.company", "write", [company["id"]], journal)
    account = {"loyalty_deposit_account_id": False}
    assert "Credit stands on" in refused(admin, "res.company", "write", [company["id"]], account)


def test_the_engine_cannot_be_called(accountant):
    for model, method in (
        ("loyalty.books", "_post_batches"),
        ("loyalty.books.batch", "_cron_post_batches"),
        ("loyalty.books.mark", "_lock_books"),
        ("loyalty.ledger", "_transfer"),
    ):
        with pytest.raises(xmlrpc.client.Fault, match=r"[Pp]rivate"):
            accountant(model, method)


def test_the_report_says_that_ledger_and_books_agree(accountant, company):
    report = accountant("loyalty.liability.report", "create", [{}])[0]
    names = ["difference", "entry_line_ids", "ledger"]
    values = accountant("loyalty.liability.report", "read", [report], names)[0]
    assert (values["difference"], values["entry_line_ids"]) == (0, [])
    assert values["ledger"] > 0
