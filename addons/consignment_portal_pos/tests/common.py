from uuid import uuid4

from odoo import Command
from odoo.tests import TransactionCase

from odoo.addons.consignment_portal.tests.settling import SettlingCase


class TillCommon(SettlingCase, TransactionCase):
    """A till of the shop's warehouse, and receipts as its client sends them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("point_of_sale.group_pos_manager")
        cls.cash = cls.env["pos.payment.method"].create(
            {
                "name": "Cash",
                "journal_id": cls.env["account.journal"]
                .create({"name": "Till cash", "type": "cash", "code": "TCSH"})
                .id,
            }
        )
        cls.config = cls.env["pos.config"].create(
            {"name": "Till", "payment_method_ids": [Command.set(cls.cash.ids)]}
        )
        cls.bargain = cls._create_service("Discount")

    @classmethod
    def _create_service(cls, name):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "available_in_pos": True, "taxes_id": False}
        )

    def _get_differences(self, articles):
        return self.env["consignment.difference"].search([("article_id", "in", articles.ids)])

    @classmethod
    def _open(cls, stock="real"):
        """Open a session that moves stock with each receipt, or at closing."""
        cls.company.point_of_sale_update_stock_quantities = stock
        cls.config.open_ui()
        session = cls.config.current_session_id
        session.set_opening_control(0, None)
        return session

    @classmethod
    def _close(cls, session):
        session.post_closing_cash_details(session.cash_register_balance_end)
        answer = session.close_session_from_ui()
        assert answer["successful"], answer

    @classmethod
    def _line(cls, product, price, qty=1, discount=0, **values):
        total = cls.company.currency_id.round(price * qty * (1 - discount / 100))
        return {
            "uuid": str(uuid4()),
            "product_id": product.id,
            "qty": qty,
            "price_unit": price,
            "discount": discount,
            "price_subtotal": total,
            "price_subtotal_incl": total,
            "tax_ids": [],
            **values,
        }

    @classmethod
    def _ring_up(cls, session, *lines, **values):
        """Send a paid receipt, as the till does; return the order."""
        total = values.get("amount_total", sum(line["price_subtotal_incl"] for line in lines))
        uuid = str(uuid4())
        cls.env["pos.order"].sync_from_ui(
            [
                {
                    "uuid": uuid,
                    "access_token": str(uuid4()),
                    "session_id": session.id,
                    "state": "paid",
                    "amount_total": total,
                    "amount_tax": 0,
                    "amount_paid": total,
                    "amount_return": 0,
                    "lines": [Command.create(line) for line in lines],
                    "payment_ids": [
                        Command.create(
                            {
                                "uuid": str(uuid4()),
                                "payment_method_id": cls.cash.id,
                                "amount": total,
                            }
                        )
                    ],
                    **values,
                }
            ]
        )
        return cls.env["pos.order"].search([("uuid", "=", uuid)])

    @classmethod
    def _refund(cls, session, line):
        """Refund a line of a receipt as the till's client does: its subtotals have no sign."""
        return cls._ring_up(
            session,
            cls._line(
                line.product_id,
                line.price_unit,
                qty=-1,
                discount=line.discount,
                refunded_orderline_id=line.id,
                price_subtotal=line.price_subtotal,
                price_subtotal_incl=line.price_subtotal_incl,
            ),
            is_refund=True,
            amount_total=-line.price_subtotal_incl,
            amount_paid=-line.price_subtotal_incl,
        )
