"""A provider that lives in the test: it keeps what it is sent, and fails when told to."""

import itertools
from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tools import config

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.queue_job.exception import RetryableJobError

from ..const import SECRET_KEY_OPTION
from ..exceptions import NotFound
from ..providers import registry
from ..providers.base import Provider, RemoteCustomer, RemoteInvoice, Setting

KEY = "00112233445566778899aabbccddeeff" * 2


class Paper(Provider):
    """A provider made of paper."""

    code = "paper"
    name = "Paper"
    base_url = "https://paper.example"
    settings = (
        Setting("user", "User"),
        Setting("password", "Password", is_secret=True),
    )
    #: what exists there: {key: RemoteInvoice}, {external ID: RemoteCustomer}
    invoices, customers = {}, {}
    #: called instead of the first push, second push, …
    accidents = []
    pushes = 0

    def get_headers(self, tokens):
        """Override."""
        return {}

    def renew(self, tokens):
        """Override: a number that grows."""
        return {"token": f"token-{tokens.get('expires_at', 0)}", "expires_at": 9e9}

    def fetch_company(self):
        """Override."""
        return "1", "Paper Ltd"

    def fetch_customer(self, external_id):
        """Override."""
        if external_id not in self.customers:
            raise NotFound("There is no such customer.")
        return self.customers[external_id]

    def search_customers(self, *, name="", organisation_number=""):
        """Override: finds too much, as providers do."""
        yield from self.customers.values()

    def push_customer(self, values, external_id=""):
        """Override."""
        external_id = external_id or str(len(self.customers) + 1)
        self.customers[external_id] = RemoteCustomer(external_id, values["name"])
        return self.customers[external_id]

    def render(self, document):
        """Override."""
        return {"number": document.number}

    def push_invoice(self, document, notes):
        """Override."""
        type(self).pushes += 1
        if self.accidents:
            self.accidents.pop(0)(self, document)
        return self.accept(document)

    def accept(self, document):
        """Put a document into the books, whether one with its key is there or not."""
        number = str(len(self.invoices) + 1)
        remote = RemoteInvoice(
            number, number, document.customer, document.currency, document.total, document.total
        )
        self.invoices.setdefault(document.key, []).append(remote)
        return remote

    def find_invoice(self, document, notes):
        """Override."""
        return next(iter(self.invoices.get(document.key, ())), None)

    def fetch_invoice(self, external_id):
        """Override."""
        for found in itertools.chain.from_iterable(self.invoices.values()):
            if found.external_id == external_id:
                return found
        raise NotFound("There is no such invoice.")

    def fetch_payments(self, external_id):
        """Override."""
        yield from ()


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
        self.startPatcher(patch.multiple(Paper, invoices={}, customers={}, accidents=[], pushes=0))

    @classmethod
    def _create_backend(cls, **values):
        backend = cls.env["accounting.backend"].create(
            {"name": "Paper", "provider": "paper", "company_id": cls.env.company.id, **values}
        )
        for setting in backend.setting_ids:
            setting.value = f"my-{setting.name}"
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

    def _run(self, export):
        """Run an export's job; return its answer, or why it has to come again.

        ``assertRaises`` would undo what the job commits.
        """
        try:
            return export._run()
        except RetryableJobError as error:
            return error
        finally:
            self.env.invalidate_all()

    def _documents(self):
        """Return all documents that exist there."""
        return list(itertools.chain.from_iterable(Paper.invoices.values()))

    @contextmanager
    def _accident(self, *accidents):
        """Let pushes go wrong, one after the other."""
        Paper.accidents.extend(accidents)
        yield
        self.assertFalse(Paper.accidents, "an accident did not happen")


def total_of(move):
    """Return an invoice's total as a decimal."""
    return Decimal(str(move.amount_total))
