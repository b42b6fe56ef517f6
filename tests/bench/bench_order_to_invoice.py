"""From confirmation to a paid invoice with credit, beside the same with a payment in money.

Ours: an order of ten lines whose card has credit for all of it: confirm (the credit is reserved,
the card earns nothing, because nothing is paid in money), create the invoice, post it (the
reservation is captured, booked and reconciled).

Peer: the same order without a card: confirm, create the invoice, post it, register a payment by
Odoo's own dialogue. It is the strongest fair peer because it is what paying an invoice takes in
Odoo. Target: at most 1.2 times that.
"""

from bench import databases, documents, harness

ROUNDS = 25

SCRIPT = """
def check_paid(order):
    def check():
        invoice = order.invoice_ids
        assert invoice.payment_state in ("paid", "in_payment"), invoice.payment_state
        assert invoice.amount_residual == 0, invoice.amount_residual
    return check

def invoice(order):
    order.action_confirm()
    move = order._create_invoices()
    move.action_post()
    return move

def ours(number):
    order = create_order()
    order.loyalty_account_id = card = create_card(order.partner_id, credit=1000)
    card.discount = 0
    order._recompute_loyalty_discounts()
    order.loyalty_credit_planned = order.amount_total
    return lambda: invoice(order), check_paid(order)

def peer(number):
    order = create_order()
    def call():
        move = invoice(order)
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids)
        wizard.create({})._create_payments()
    return call, check_paid(order)

SIDES = {"ours": ours, "peer": peer}
"""


def run(bench):
    """Yield one row."""
    with databases.scratch(bench.settings) as name:
        sides = documents.take_turns(bench.settings, name, SCRIPT, ROUNDS)
        yield harness.row("order_to_invoice", "10 lines", sides["ours"], sides["peer"])
        databases.verify(bench.settings, name)
