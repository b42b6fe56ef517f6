"""A connected backend, whose provider lives in the test."""

import dataclasses
import itertools
import uuid
from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import config

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.queue_job.exception import RetryableJobError

from ..const import SECRET_KEY_OPTION
from ..providers import registry
from ..providers.base import RemotePayment
from .paper import Paper

KEY = "00112233445566778899aabbccddeeff" * 2


class ConnectorCommon(AccountTestInvoicingCommon):
    """A backend of paper, connected, with a linked customer and mapped taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What survives a rollback is written through cursors of their own.
        cls.registry_enter_test_mode_cls()
        cls.startClassPatcher(patch.dict(config.options, {SECRET_KEY_OPTION: KEY}))
        cls.startClassPatcher(patch.dict(registry._PROVIDERS, {"paper": Paper}))
        cls.env.user.group_ids |= cls.env.ref("accounting_connectors.group_manager")
        cls.backend = cls._create_backend()
        cls.partner = cls.env["res.partner"].create({"name": "Bean Ltd", "is_company": True})
        cls.link = cls.env["accounting.partner.link"].create(
            {"backend_id": cls.backend.id, "partner_id": cls.partner.id, "external_id": "7"}
        )
        cls.tax = cls.company_data["default_tax_sale"]
        cls.tax_map = cls.env["accounting.tax.map"].create(
            {"backend_id": cls.backend.id, "tax_id": cls.tax.id, "code": "15"}
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.multiple(
                Paper, invoices={}, customers={}, accidents=[], pushes=0, payments={}, changed=None
            )
        )

    @classmethod
    def _create_backend(cls, **values):
        backend = cls.env["accounting.backend"].create(
            {"name": "Paper", "provider": "paper", "company_id": cls.env.company.id, **values}
        )
        for setting in backend.setting_ids:
            setting.value = backend.name if setting.name == "user" else f"my-{setting.name}"
        cls.env.flush_all()
        backend.action_connect()
        return backend

    def _create_invoice(self, *lines, post=True, **values):
        """Create an invoice over (quantity, price) pairs, of 3 × 9.99 by default."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Tea",
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                    for quantity, price in lines or ((3, 9.99),)
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _export(self, move=None):
        export = (move or self._create_invoice())._export_to(self.backend)
        self.env.flush_all()
        return export

    def _run(self, export, job="_run"):
        """Run a job of an export; return its answer, or why it has to come again.

        ``assertRaises`` would undo what the job commits.
        """
        try:
            return getattr(export, job)()
        except RetryableJobError as error:
            return error
        finally:
            self.env.invalidate_all()

    def _send(self, move=None):
        """Return an export that was sent."""
        export = self._export(move)
        self.assertEqual(self._run(export), "sent")
        return export

    def _documents(self):
        """Return all documents that exist there."""
        return list(itertools.chain.from_iterable(Paper.invoices.values()))

    def _change_there(self, export, **values):
        """Let somebody change a document at the provider."""
        (remote,) = Paper.invoices[export.key]
        Paper.invoices[export.key] = [dataclasses.replace(remote, **values)]

    def _pay_there(self, export, amount, number=None, date="2026-11-21", currency=None):
        """Let somebody pay a document at the provider."""
        (remote,) = Paper.invoices[export.key]
        paid = Paper.payments.setdefault(export.external_id, [])
        amount = Decimal(amount)
        paid.append(
            RemotePayment(
                number or f"{export.external_id}-{len(paid) + 1}",
                export.external_id,
                amount,
                currency or export.move_id.currency_id.name,
                fields.Date.to_date(date),
            )
        )
        self._change_there(export, balance=remote.balance - amount)

    def _create_user(self, *groups, **values):
        """Create a user with the groups of these XML IDs only."""
        return new_test_user(
            self.env,
            login=f"user-{len(groups)}-{uuid.uuid4().hex[:6]}",
            groups=",".join(("base.group_user", *groups)),
            company_id=self.env.company.id,
            company_ids=[Command.set(self.env.company.ids)],
            **values,
        )

    @contextmanager
    def _accident(self, *accidents):
        """Let pushes go wrong, one after the other."""
        Paper.accidents.extend(accidents)
        yield
        self.assertFalse(Paper.accidents, "an accident did not happen")


def total_of(move):
    """Return an invoice's total as a decimal."""
    return Decimal(str(move.amount_total))
