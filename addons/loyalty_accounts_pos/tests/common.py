import contextlib
from uuid import uuid4

from odoo import Command
from odoo.tests import HttpCase

from odoo.addons.loyalty_accounts.tests.common import BooksCommon


class TillCommon(BooksCommon):
    """A till with an open session, and receipts as its client sends them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "Tax 25 %", "amount": 25, "price_include_override": "tax_included"}
        )
        cls.coffee = cls._product("Coffee", 100, taxes_id=[Command.set(cls.tax.ids)])
        cls.book = cls._product("Book", 50, loyalty_discount_policy="no")
        cls.top_up = cls._product("Top-up", 50, loyalty_credit_product="top_up", type="service")
        cls.voucher = cls._product("Voucher", 30, loyalty_credit_product="voucher", type="service")
        cls.cash_journal = cls.env["account.journal"].create(
            {"name": "Till cash", "type": "cash", "code": "TCSH"}
        )
        cls.cash = cls.env["pos.payment.method"].create(
            {"name": "Cash", "journal_id": cls.cash_journal.id}
        )
        cls.bank = cls.env["pos.payment.method"].create(
            {
                "name": "Bank card",
                "journal_id": cls.env["account.journal"]
                .create({"name": "Terminal", "type": "bank", "code": "TBNK"})
                .id,
            }
        )
        cls.config = cls._config("Till 1")
        cls.credit = cls.config.payment_method_ids.filtered("use_payment_terminal")
        cls.cashier = cls._create_user("till_cashier", "point_of_sale.group_pos_user")
        cls.account.write({"discount": 10, "credit_rate": 0.05})
        cls.till_session = cls._open(cls.config)

    @classmethod
    def _product(cls, name, price, **values):
        values = {"taxes_id": False, **values}
        return cls.env["product.product"].create(
            {"name": name, "list_price": price, "available_in_pos": True, **values}
        )

    @classmethod
    def _config(cls, name, **values):
        return cls.env["pos.config"].create(
            {
                "name": name,
                "payment_method_ids": [Command.set((cls.cash | cls.bank).ids)],
                **values,
            }
        )

    @classmethod
    def _open(cls, config):
        config.with_user(cls.cashier).open_ui()
        session = config.current_session_id
        session.set_opening_control(0, None)
        return session

    @classmethod
    def _second_till(cls):
        """Another till of the company; a drawer of cash belongs to one only."""
        return cls._open(cls._config("Till 2", payment_method_ids=[Command.set(cls.bank.ids)]))

    def _till(self, user=None):
        return self.env["loyalty.till"].with_user(user or self.cashier)

    @contextlib.contextmanager
    def _own_cursor(self):
        """Let the request's own cursor see this test's transaction, as browsers' do."""
        if not isinstance(self, HttpCase):
            with self.enter_registry_test_mode():
                yield
            return
        self.env.flush_all()
        yield
        self.env.invalidate_all()

    def _hold(self, amount, number=None, session=None, **options):
        """Reserve credit as the till does; return the payment's values."""
        request = str(uuid4())
        session = session or self.till_session
        number = number or self.account.number
        with self._own_cursor():
            self._till().hold(session.id, number, amount, request, **options)
        return {
            "payment_method_id": self.credit.id,
            "amount": amount,
            "loyalty_request": request,
            "payment_status": "done",
        }

    def _pay(self, method, amount):
        return {"payment_method_id": method.id, "amount": amount}

    def _line(self, product, qty=1, own=0, card=None, discount=None, price=None, **values):
        """Values of a line; the card's 10 % where it is allowed, met as the till does it."""
        if card is None:
            card = 10 if product.loyalty_discount_allowed else 0
        effective = max(own, card) if discount is None else discount
        price = product.list_price if price is None else price
        total = self.company.currency_id.round(price * qty * (1 - effective / 100))
        untaxed = total / 1.25 if product.taxes_id else total
        return {
            "uuid": str(uuid4()),
            "product_id": product.id,
            "qty": qty,
            "price_unit": price,
            "discount": effective,
            "loyalty_discount": card,
            "loyalty_own_discount": own,
            "price_subtotal": self.company.currency_id.round(untaxed),
            "price_subtotal_incl": total,
            "tax_ids": [Command.set(product.taxes_id.ids)],
            **values,
        }

    def _receipt(self, lines, payments, number=None, session=None, **values):
        """Values of a closed receipt, as the till sends them."""
        total = sum(line["price_subtotal_incl"] for line in lines)
        untaxed = sum(line["price_subtotal"] for line in lines)
        return {
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "session_id": (session or self.till_session).id,
            "state": "paid",
            "amount_total": total,
            "amount_tax": total - untaxed,
            "amount_paid": sum(payment["amount"] for payment in payments),
            "amount_return": 0,
            "loyalty_number": number,
            "lines": [Command.create(line) for line in lines],
            "payment_ids": [
                Command.create({"uuid": str(uuid4()), **payment}) for payment in payments
            ],
            **values,
        }

    def _sync(self, *receipts, user=None):
        """Send receipts; return the orders."""
        answer = self.env["pos.order"].with_user(user or self.cashier).sync_from_ui(list(receipts))
        uuids = [values.get("uuid") for values in receipts]
        orders = self.env["pos.order"].browse(row["id"] for row in answer["pos.order"])
        return orders.filtered(lambda order: order.uuid in uuids or not any(uuids))

    def _sell(self, lines, payments, number=None, **values):
        receipt = self._receipt(lines, payments, number or self.account.number, **values)
        uuid = receipt["uuid"]
        self._sync(receipt)
        return self.env["pos.order"].search([("uuid", "=", uuid)])

    def _refund_line(self, line, qty=None):
        """Values of a line that takes goods back."""
        qty = line.qty if qty is None else qty
        share = qty / line.qty
        return {
            "uuid": str(uuid4()),
            "product_id": line.product_id.id,
            "qty": -qty,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "loyalty_discount": line.loyalty_discount,
            "loyalty_own_discount": line.loyalty_own_discount,
            "price_subtotal": -line.price_subtotal * share,
            "price_subtotal_incl": -line.price_subtotal_incl * share,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "refunded_orderline_id": line.id,
        }

    def _close(self, session=None):
        """Close the session as the till does; return the entries that its credit made."""
        session = session or self.till_session
        session.post_closing_cash_details(session.cash_register_balance_end)
        answer = session.close_session_from_ui()
        self.assertTrue(answer["successful"], answer)
        return session
