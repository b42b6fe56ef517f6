"""Paying with credit over HTTP: orders, invoices and cards at the same moment.

The server's database has demo data and a chart of accounts; the books are proven at the end.
"""

import uuid
import xmlrpc.client

import pytest
from loyalty import assert_books, at_once, faults, open_account, query
from rpc import XmlRpc


@pytest.fixture
def admin(server):
    server.expect_log("cannot marshal None")  # what some buttons answer, XML-RPC cannot say
    return XmlRpc(server, "admin")


@pytest.fixture
def product(admin):
    return admin(
        "product.product",
        "create",
        [{"name": "Lamp", "type": "consu", "list_price": 60, "taxes_id": [[5]]}],
    )[0]


@pytest.fixture
def partner(admin):
    return admin("res.partner", "create", [{"name": f"Customer {uuid.uuid4().hex}"}])[0]


def create_order(call, account, partner, product, planned):
    return call(
        "sale.order",
        "create",
        [
            {
                "partner_id": partner,
                "loyalty_account_id": account["id"],
                "loyalty_credit_planned": planned,
                "order_line": [[0, 0, {"product_id": product, "product_uom_qty": 1}]],
            }
        ],
    )[0]


def held(server, account):
    return query(server, "SELECT held, balance FROM loyalty_account WHERE id = %s", account["id"])[
        0
    ]


def test_orders_confirmed_at_once_never_reserve_more_than_there_is(server, admin, partner, product):
    account = open_account(admin, credit=100)
    admin("loyalty.account", "write", [account["id"]], {"discount": 0, "credit_rate": 0})
    orders = [create_order(admin, account, partner, product, 30) for _number in range(8)]

    def work(call, number):
        return call("sale.order", "action_confirm", [orders[number]])

    answers = at_once(server, work)
    confirmed = [answer for answer in answers if answer is True]
    assert len(confirmed) == 3, faults(answers)
    assert all("Lower the amount" in text for text in faults(answers))
    assert held(server, account) == (90, 100)
    states = query(
        server, "SELECT state, count(*) FROM sale_order WHERE id = ANY(%s) GROUP BY 1", orders
    )
    assert dict(states) == {"sale": 3, "draft": 5}
    assert_books(server)


def test_an_invoice_is_paid_once_by_people_who_press_at_the_same_moment(
    server, admin, partner, product
):
    account = open_account(admin, credit=100)
    invoice = admin(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner,
                "invoice_line_ids": [[0, 0, {"product_id": product, "quantity": 1}]],
            }
        ],
    )[0]
    quietly(admin, "account.move", "action_post", [invoice])
    wizards = [
        admin(
            "loyalty.invoice.credit",
            "create",
            [{"invoice_id": invoice, "account_id": account["id"], "amount": 40}],
        )[0]
        for _number in range(4)
    ]

    def work(call, number):
        return call("loyalty.invoice.credit", "action_pay", [wizards[number % 4]])

    answers = at_once(server, work)
    paid, residual = query(
        server,
        """SELECT (SELECT -sum(amount) FROM loyalty_account_move
                    WHERE document_model = 'account.move' AND document_id = m.id),
                  m.amount_residual FROM account_move m WHERE m.id = %s""",
        invoice,
    )[0]
    assert (paid, residual) == (40, 20), faults(answers)
    assert_books(server)


def quietly(call, model, method, *args):
    """Call a method whose answer XML-RPC cannot express."""
    try:
        call(model, method, *args)
    except xmlrpc.client.Fault as fault:
        assert "cannot marshal None" in fault.faultString


def test_cancelling_while_invoicing_leaves_no_credit_behind(server, admin, partner, product):
    account = open_account(admin, credit=100)
    admin("loyalty.account", "write", [account["id"]], {"discount": 0, "credit_rate": 0})
    order = create_order(admin, account, partner, product, 30)
    admin("sale.order", "action_confirm", [order])
    line = admin("sale.order.line", "search", [["order_id", "=", order]])
    admin("sale.order.line", "write", line, {"qty_delivered": 1})
    wizard = admin(
        "sale.advance.payment.inv",
        "create",
        [{"sale_order_ids": [[6, 0, [order]]], "advance_payment_method": "delivered"}],
    )
    quietly(admin, "sale.advance.payment.inv", "create_invoices", wizard)
    invoice = admin("sale.order", "read", [order], ["invoice_ids"])[0]["invoice_ids"]

    def work(call, number):
        if number % 2:
            return quietly(call, "account.move", "action_post", invoice)
        return call("sale.order", "action_cancel", [order])

    at_once(server, work)
    reserved, balance = held(server, account)
    assert reserved == 0, "either the invoice took it, or the cancellation released it"
    paid = query(
        server, "SELECT amount_residual, state FROM account_move WHERE id = %s", invoice[0]
    )[0]
    expected = {("posted", 30): 70, ("cancel", 60): 100, ("posted", 60): 100, ("cancel", 0): 100}
    assert balance == expected[paid[1], paid[0]], paid
    assert_books(server)


@pytest.mark.parametrize(
    "model, method, values",
    [
        ("loyalty.invoice.credit", "create", {"invoice_id": 1, "amount": 1}),
        ("loyalty.account.top.up", "create", {"account_id": 1, "amount": 1}),
        ("loyalty.account.transfer", "create", {"account_id": 1, "amount": 1}),
        ("loyalty.account.posting", "create", {"move_id": 1, "entry_id": 1}),
        ("loyalty.liability.report", "create", {}),
    ],
)
def test_a_seller_does_not_keep_the_books(server, model, method, values):
    seller = XmlRpc(server, "seller")
    with pytest.raises(xmlrpc.client.Fault, match=r"not allowed|may not|Only|AccessError"):
        seller(model, method, [values])


@pytest.mark.parametrize(
    "values",
    [
        {"loyalty_credit_rate": 5},
        {"loyalty_earns_on_credit": True},
        {"loyalty_earning_moment": "confirmed"},
    ],
)
def test_a_seller_does_not_write_the_terms_of_an_order(server, admin, partner, product, values):
    account = open_account(admin)
    order = create_order(admin, account, partner, product, 10)
    seller = XmlRpc(server, "seller")
    with pytest.raises(xmlrpc.client.Fault, match="set by confirming"):
        seller("sale.order", "write", [order], values)


@pytest.mark.parametrize("amount", [-5, 1e300, float("nan"), "all", True, 1e12])
def test_amounts_that_cannot_be_planned_change_nothing(server, admin, partner, product, amount):
    account = open_account(admin)
    order = create_order(admin, account, partner, product, 10)
    try:
        admin("sale.order", "write", [order], {"loyalty_credit_planned": amount})
    except xmlrpc.client.Fault as fault:
        assert "Traceback" not in fault.faultString, fault.faultString
    (row,) = query(server, "SELECT loyalty_credit_planned FROM sale_order WHERE id = %s", order)
    assert row[0] in (10, 1), row
    admin("sale.order", "action_confirm", [order])
    assert held(server, account)[0] in (10, 1)
