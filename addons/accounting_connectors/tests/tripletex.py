"""A backend at the stand-in for Tripletex."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import SETTLE_SECONDS
from . import standin
from .common import ConnectorCommon

SETTINGS = {
    "consumer_token": "standin-consumer",
    "employee_token": "standin-employee",
    "company": "",
}
CUSTOMER, INACTIVE, SUPPLIER, BOTH = "70001", "70003", "70004", "70005"


class TripletexCommon(standin.StandInCase, ConnectorCommon):
    """A connected backend; ``self.there`` is the stand-in, ``self.provider`` calls it."""

    def setUp(self):
        super().setUp()
        self.there = self.enterContext(standin.serve("tripletex"))
        self.backend = self.env["accounting.backend"].create(
            {
                "name": "Tripletex",
                "provider": "tripletex",
                "base_url": f"{self.there.url}/v2",
            }
        )
        self._fill_in(**SETTINGS)
        self.backend.action_connect()
        self.provider = self.backend._connect()
        self.env["accounting.partner.link"].create(
            {
                "backend_id": self.backend.id,
                "partner_id": self.partner.id,
                "external_id": CUSTOMER,
            }
        )
        self.tax.amount = 25
        self._map(self.tax, "3")
        self.there.requests.clear()

    def _fill_in(self, **values):
        for setting in self.backend.setting_ids:
            if setting.name in values:
                setting.value = values[setting.name]
        self.env.flush_all()

    def _map(self, tax, code):
        return self.env["accounting.tax.map"].create(
            {"backend_id": self.backend.id, "tax_id": tax.id, "code": code}
        )

    def _tax(self, percent, code, **values):
        tax = self.tax.copy({"name": f"{percent} % {code}", "amount": percent, **values})
        self._map(tax, code)
        return tax

    def _credit(self, move, quantity=None):
        """Return a posted credit note of an invoice, over fewer of its first line if asked."""
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": move.ids, "journal_id": move.journal_id.id, "date": "2026-11-21"}
        )
        credit = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        if quantity:
            line = credit.invoice_line_ids[:1]
            credit.invoice_line_ids = [Command.update(line.id, {"quantity": quantity})]
        credit.action_post()
        return credit

    def _send(self, move):
        export = self._export(move)
        self.assertEqual(self._run(export), "sent", export.reason)
        return export

    def _run_after_accident(self, export, *faults):
        """Run an export whose requests go wrong, and again when the outcome has settled."""
        self.there.faults.planned.extend(faults)
        self.assertIsInstance(self._run(export), RetryableJobError)
        self.there.faults.planned.clear()
        moment = (export.attempted_at or self.env.cr.now()) + timedelta(seconds=SETTLE_SECONDS)
        with freeze_time(moment):
            return self._run(export)

    def _lists_of(self, size):
        """Let lists come in pages of so many."""
        return patch("odoo.addons.accounting_connectors.providers.tripletex.PAGE", size)

    def _asked(self, method, path):
        """Return the requests of a method whose path ends so."""
        return [
            one
            for one in self.there.requests
            if one["method"] == method and one["path"].endswith(path)
        ]

    def _only(self, records):
        """Return the only one of the stand-in's records."""
        self.assertEqual(len(records), 1)
        return next(iter(records.values()))
