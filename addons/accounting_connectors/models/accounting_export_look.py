"""What became of a sent document: looked at where it is, never inferred."""

import uuid
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..exceptions import NotFound, ProviderError
from .accounting_export_run import Notes


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(
        related="move_id.amount_total_in_currency_signed",
        string="Total",
        help="Of the invoice here; below 0 of a credit note.",
    )
    external_balance = fields.Monetary(
        readonly=True, copy=False, string="Left to pay there", help="As the provider says."
    )
    external_customer = fields.Char(
        readonly=True,
        copy=False,
        string="Customer there",
        help="The customer's ID at the provider.",
    )
    synced_at = fields.Datetime(
        readonly=True,
        copy=False,
        index=True,
        string="Looked at",
        help="When the provider told that.",
    )
    payment_ids = fields.One2many("accounting.payment", "export_id", readonly=True)
    drift_ids = fields.One2many("accounting.drift", "export_id", readonly=True)

    def _enqueue_look(self):
        """Let the queue look at each one in a job of its own."""
        for export in self:
            export.with_delay(
                identity_key=f"accounting_look_{export.id}",
                description=f"{export.backend_id.name}: look at {export.external_number}",
            )._look()

    def _look(self):
        """Read balance, payments and differences of a sent document (job).

        :raise RetryableJobError: when the provider cannot tell now; nothing is changed then
        """
        self.ensure_one()
        # Superuser: the job reads the invoice as a whole and the backend's secrets.
        export = self.sudo()
        if export.state != "sent":
            return export.state
        with export.backend_id._trying_again():
            provider = export.backend_id._require_connection()
            remote = export._fetch(provider)
            payments = list(export._fetch_payments(provider, remote))
            export._keep_look(remote, payments)
            return "looked"
        return "refused"

    def _fetch(self, provider):
        try:
            return provider.fetch_invoice(self.external_id)
        except NotFound:
            return None

    def _fetch_payments(self, provider, remote):
        # nothing paid, and nothing known that may have been taken back: no call
        if remote and (remote.balance != remote.total or self.payment_ids):
            yield from provider.fetch_payments(self.external_id)

    def _keep_look(self, remote, payments):
        self.synced_at = fields.Datetime.now()
        if remote:
            self.external_balance = float(remote.balance)
        found = self._compare(remote) | (self._compare_payments(payments) if remote else {})
        self.env["accounting.drift"]._report(self, found)
        created = self.env["accounting.payment"]._take(self, payments)
        if self.backend_id.registers_payments:
            created._book()
        self._ask_about(created)

    def _ask_about(self, payments):
        """Tell staff of payments that Odoo does not register."""
        backend = self.backend_id
        taken_back = payments.filtered(lambda one: one._is_taken_back())
        for payment in payments.filtered(lambda one: one.state == "failed") | taken_back:
            self.move_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Payment at %s", backend.name),
                note=payment.reason or payment._find_obstacle(),
                user_id=(self.move_id.invoice_user_id or backend.create_uid).id,
            )

    def _compare(self, remote):
        """Return what is not as it was sent: {kind: (what is there as text, sentence)}."""
        if not remote:
            return {
                "missing": (
                    "missing",
                    self.env._("%s is not there any more.", self.external_number),
                )
            }
        if remote.state == "cancelled":
            return {"deleted": ("cancelled", self.env._("%s was cancelled there.", remote.number))}
        differences = list(self._describe_changes(remote))
        if not differences:
            return {}
        there = f"{remote.fingerprint}|{remote.customer}|{remote.total}"
        return {"changed": (there, " ".join(differences))}

    def _compare_payments(self, payments):
        """Return what became of payments that were taken over, as :meth:`_compare` does.

        :param payments: all that are there now
        """
        there = {one.external_id: one.amount for one in payments}
        sentences = []
        for known in self.payment_ids.filtered(lambda one: not one._is_undone()):
            names = {"id": known.external_id, "expected": known.amount}
            found = there.get(known.external_id)
            if found is None:
                sentences.append(
                    self.env._(
                        "Payment %(id)s of %(expected)s is gone there: undo it here, if it was booked.",
                        **names,
                    )
                )
            elif known.currency_id.compare_amounts(known.amount, float(found)):
                sentences.append(
                    self.env._(
                        "Payment %(id)s is %(found)s there, not %(expected)s.", **names, found=found
                    )
                )
        if not sentences:
            return {}
        text = " ".join(sentences)
        return {"payments": (text, text)}

    def _describe_changes(self, remote):
        kept = Decimal(str(round(self.external_total, 6)))
        if kept != remote.total:
            yield self.env._(
                "The total there is %(found)s, not %(expected)s.",
                found=self._show_amount(remote.total),
                expected=self._show_amount(kept),
            )
        if self.external_customer and remote.customer != self.external_customer:
            yield self.env._(
                "It belongs to customer %(found)s there, not %(expected)s.",
                found=remote.customer,
                expected=self.external_customer,
            )
        elif kept == remote.total and (self.fingerprint or "") != remote.fingerprint:
            yield self.env._("Its content was changed there.")

    def _show_amount(self, amount):
        """Return a decimal as people read it, in the invoice's currency."""
        return self.move_id.currency_id.format(float(amount))

    def _ask_there(self, question):
        """Return what ``question`` answers for the provider.

        :param question: called with the provider
        :raise UserError: when it cannot be asked
        """
        try:
            return question(self.backend_id._require_connection())
        except ProviderError as error:
            raise UserError(str(error)) from None

    def _accept_theirs(self):
        """Compare with what is there now from now on.

        :raise UserError: when the provider cannot be asked, or has it no more
        """
        self.ensure_one()
        remote = self._ask_there(lambda provider: provider.fetch_invoice(self.external_id))
        self._take_over(remote)
        self.message_post(body=self.env._("Accepted as it is there, by %s.", self.env.user.name))

    def _take_over(self, remote):
        self.write(
            {
                **self._get_remote_values(remote),
                "external_balance": float(remote.balance),
                "synced_at": fields.Datetime.now(),
            }
        )

    def _send_anew(self):
        """Send a document that is gone as a new one; one that only moved is taken over.

        :raise UserError: when the provider cannot be asked, or has it still
        """
        self.ensure_one()
        document, notes = self._build(), Notes(self.notes, lambda _values: None)
        there = self._ask_there(lambda provider: self._fetch_living(provider, document, notes))
        if there:
            self._take_over(there)
            self.message_post(body=self.env._("Found there as %s.", there.number))
            return
        self.message_post(
            body=self.env._(
                "Sent again by %(user)s; what was there before was %(number)s (%(id)s).",
                user=self.env.user.name,
                number=self.external_number,
                id=self.external_id,
            )
        )
        self.write(
            {
                "state": "pending",
                "key": uuid.uuid4().hex,
                "attempts": 0,
                **dict.fromkeys(
                    (
                        "notes", "external_id", "external_number", "external_total", "fingerprint",
                        "external_customer", "external_balance", "synced_at", "sent_at",
                        "is_uncertain", "reason", "delivery", "delivery_reason", "delivery_at",
                        "delivery_attempts", "pdf_id",
                    ),
                    False,
                ),
            }
        )  # fmt: skip
        self._enqueue()

    def _fetch_living(self, provider, document, notes):
        """Return the document where it still is, under its ID or its key, or None."""
        for found in (self._fetch(provider), provider.find_invoice(document, notes)):
            if found and found.state != "cancelled":
                return found
        return None
