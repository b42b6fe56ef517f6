from freezegun import freeze_time

from odoo import Command, fields

from .common import ConsolidationCommon

TODAY = "2026-11-22"


class SimulationCommon(ConsolidationCommon):
    """A bistro that sold something every month, and somebody there who weighs the shop's terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.product = cls.env["product.product"].create(
            {"name": "Plate", "type": "consu", "list_price": 100, "taxes_id": False}
        )
        cls.customer = cls.env["res.partner"].create({"name": "Nobody's business"})
        cls.simulations = cls.env["consolidation.simulation"].with_user(cls.bistro_clerk)

    def setUp(self):
        super().setUp()
        frozen = freeze_time(f"{TODAY} 10:00:00")
        frozen.start()
        self.addCleanup(frozen.stop)
        self.commits, self.seconds = [], float("inf")

        def commit_progress(_cron, processed=0, *, remaining=None, **_options):
            self.env.flush_all()
            self.commits.append((processed, remaining))
            return self.seconds

        # A test's transaction cannot be committed.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", commit_progress)

    @classmethod
    def _sell(cls, moment, price=100, company=None, product=None, state="sale", **values):
        """An order of one piece, as it was at that time."""
        company = company or cls.bistro
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": (product or cls.product).id,
                                "product_uom_qty": 1,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
            )
        )
        if state == "sale":
            order.action_confirm()
        order.write({"date_order": fields.Datetime.to_datetime(moment)})
        if state == "cancel":
            order._action_cancel()
        return order

    def _simulate(self, *, run=True, **values):
        values = {
            "name": "Corner Shop",
            "discount": 10,
            "share_percentage": 50,
            "payment_percentage": 0,
            **values,
        }
        record = self.simulations.create(values)
        if run:
            record.action_run()
        return record
