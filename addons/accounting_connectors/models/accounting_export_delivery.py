"""What follows an export: the provider sends the invoice to the customer, once, and prints it."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import UNFINISHED
from ..exceptions import Ambiguous, ProviderError, Throttled, Unauthorised, Unavailable

PDF_START = b"%PDF-"


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    delivery = fields.Selection(
        [
            ("pending", "Waiting"),
            ("attempting", "Under way"),
            ("done", "Sent to the customer"),
            ("failed", "Not sent to the customer"),
        ],
        readonly=True,
        copy=False,
        help="Whether the provider sent the invoice to the customer, where that is its task.",
    )
    delivery_reason = fields.Char(
        readonly=True, copy=False, help="Why the customer did not get it, and what to do."
    )
    delivery_at = fields.Datetime(readonly=True, copy=False, string="Last attempt to send")
    delivery_attempts = fields.Integer(readonly=True, copy=False)
    pdf_id = fields.Many2one(
        "ir.attachment",
        readonly=True,
        copy=False,
        string="PDF there",
        help="The invoice as the provider prints it.",
    )

    def _get_first_delivery(self):
        """Return the state of a delivery as the document is exported, False without one."""
        if self.backend_id.sender != "provider":
            return False
        return "done" if self.backend_id._connect().sending == "created" else "pending"

    def _prepare_delivery(self, difference):
        """Return the values of a delivery as the document is exported.

        :param difference: what is there is another document than was sent, in a sentence: a person
            decides then whether the customer gets it
        """
        delivery = self._get_first_delivery()
        if delivery != "pending" or not difference:
            return {"delivery": delivery}
        reason = self.env._("%s Look at both, then have it sent.", difference)
        now = fields.Datetime.now()
        return {"delivery": "failed", "delivery_reason": reason, "delivery_at": now}

    def _enqueue_delivery(self):
        """Let the queue do what follows: a job each to send it, and for its PDF."""
        for export in self:
            description = f"{export.backend_id.name}: {export.move_id.name}"
            if export.delivery in UNFINISHED:
                key = export._get_delivery_key()
                export.with_delay(identity_key=key, description=description)._deliver()
            if export.backend_id.keeps_pdf and not export.pdf_id:
                key = f"accounting_pdf_{export.id}"
                export.with_delay(identity_key=key, description=description)._fetch_pdf()

    def _get_delivery_key(self):
        """Return the key under which the queue holds one job of its delivery."""
        return f"accounting_delivery_{self.id}"

    # --- sent to the customer ---

    def _deliver(self):
        """Have the provider send the invoice to the customer (job).

        :raise RetryableJobError: when it has to be tried again later
        """
        # Superuser: the job of any accountant reads the backend's secrets.
        export = self.sudo()
        with export._hold_alone():
            outcome = export._attempt_delivery()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _attempt_delivery(self):
        """Try once; return what became of it, or the exception that brings the job back."""
        self.invalidate_recordset()
        if self.state != "sent" or self.delivery not in UNFINISHED:
            return self.delivery
        try:
            return self._send_to_customer(self.backend_id._require_connection())
        except RetryableJobError as error:
            return error
        except Throttled as error:
            return RetryableJobError(str(error), error.seconds, ignore_retry=True)
        except (Ambiguous, Unavailable) as error:
            return self._deliver_later(str(error))
        except Unauthorised as error:
            self.backend_id._note_failure(error)
            self._note({"delivery_reason": str(error)})
            return "unauthorised"
        except ProviderError as error:
            return self._fail_delivery(str(error))

    def _send_to_customer(self, provider):
        is_uncertain = self.delivery == "attempting"
        if is_uncertain:
            self._wait_until_settled(self.delivery_at)
        if not (is_uncertain and provider.is_invoice_sent(self.external_id)):
            self._note({"delivery": "attempting", "delivery_at": fields.Datetime.now()})
            self._ask_to_send(provider)
        self._note({"delivery": "done", "delivery_reason": False})
        return "done"

    def _ask_to_send(self, provider):
        try:
            provider.send_invoice(self.external_id)
        except (Unavailable, Unauthorised):
            # surely not sent: the next attempt need not look
            self._note({"delivery": "pending"})
            raise

    def _deliver_later(self, reason):
        """Plan the next attempt, or leave it to a person after too many."""
        attempts, pauses = self.delivery_attempts + 1, self.backend_id._get_retry_seconds()
        if attempts > len(pauses):
            return self._fail_delivery(reason)
        self._note({"delivery_reason": reason, "delivery_attempts": attempts})
        return RetryableJobError(reason, pauses[attempts - 1], ignore_retry=True)

    def _fail_delivery(self, reason):
        self._note({"delivery": "failed", "delivery_reason": reason})
        return "failed"

    def action_deliver(self):
        """Button: have invoices sent to their customers that could not be sent before."""
        self.check_access("read")
        self.move_id.check_access("write")
        failed = self.filtered(lambda export: export.delivery == "failed")
        if not failed:
            raise UserError(self.env._("Choose invoices that could not be sent to the customer."))
        # Superuser: states follow from what happened and are written by nobody else.
        failed = failed.sudo()
        # looked at first: an attempt whose answer was lost may have reached the customer
        failed.write({"delivery": "attempting", "delivery_reason": False, "delivery_attempts": 0})
        failed._enqueue_delivery()
        return True

    # --- printed ---

    def _fetch_pdf(self):
        """Keep the provider's PDF with the invoice (job).

        :return: ``kept``, ``refused`` with the reason at the backend, or None when there is nothing to do
        :raise RetryableJobError: when the provider cannot tell now
        """
        self.ensure_one()
        # Superuser: the job reads the backend's secrets.
        export = self.sudo()
        if export.state != "sent" or export.pdf_id:
            return None  # sent anew meanwhile, or kept by an earlier job
        with export.backend_id._trying_again():
            content = export.backend_id._require_connection().fetch_pdf(export.external_id)
            if not content.startswith(PDF_START):
                raise Unavailable(self.env._("What came as the PDF of the invoice is none."))
            export.pdf_id = export.env["ir.attachment"].create(export._prepare_pdf(content))
            return "kept"
        return "refused"

    def _prepare_pdf(self, content):
        name = f"{self.backend_id.name} {self.external_number}.pdf"
        return {
            "name": name.replace("/", "-"),
            "raw": content,
            "mimetype": "application/pdf",
            "res_model": self.move_id._name,
            "res_id": self.move_id.id,
        }
