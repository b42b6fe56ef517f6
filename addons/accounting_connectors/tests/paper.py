"""A fourth provider in one file: it keeps what it is sent, and fails when told to."""

import itertools

from ..exceptions import NotFound
from ..providers.base import Provider, RemoteCustomer, RemoteInvoice, Setting


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
    #: {invoice's external ID: [RemotePayment]}, and what is told to have changed
    payments, changed = {}, None
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
        """Override: each user has a company."""
        return self.backend.get_setting("user"), "Paper Ltd"

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
        yield from self.payments.get(external_id, ())

    def fetch_changed(self, since):
        """Override: what the test says."""
        return self.changed
