from odoo import fields, models
from odoo.exceptions import UserError

from ..const import ERASED
from ..exceptions import InvalidValue


class LoyaltyAccount(models.Model):
    """Anonymising: what names a person goes, the ledger stays whole."""

    _inherit = "loyalty.account"

    anonymised_on = fields.Datetime(
        readonly=True, copy=False, help="When everything that named a person was erased."
    )

    def write(self, vals):
        """Override: an anonymised account is nobody's any more, and stays so."""
        if vals.get("active") or vals.get("partner_id"):
            for account in self.filtered("anonymised_on"):
                raise UserError(
                    self.env._(
                        "%s was anonymised: it cannot be used again. Open a new card.",
                        account.display_name,
                    )
                )
        return super().write(vals)

    def _anonymise(self, reason):
        """Erase name, numbers, customer, notes, PIN, history and reminders of the accounts.

        Movements keep amounts, days and reasons, which are sealed; names of documents and of the
        customer in them are erased. Cannot be undone.

        :param str reason: why, kept in the history
        :raise InvalidValue: no reason
        :raise UserError: credit, a reservation or a debt is left; nothing is erased then
        """
        if not isinstance(reason, str) or not reason.strip():
            raise InvalidValue(self.env._("Enter the reason for anonymising."))
        ledger = self.env["loyalty.ledger"]
        ledger._lock(self)
        for account in self:
            ledger._expire(account)
        self._check_settled()
        for account in self.filtered(lambda account: not account.anonymised_on):
            account._erase_person()
            account._erase_history()
            account.message_post(body=self.env._("Anonymised: %s", reason))

    def _check_settled(self):
        """Refuse where somebody still has a claim."""
        open_accounts = self.filtered(
            lambda account: account.balance or account.held or account.debt
        )
        if open_accounts:
            raise UserError(
                self.env._(
                    "These accounts still hold credit or owe some: %s. Let the credit be spent or "
                    "paid out, cancel what is reserved, and take the rest by a manual entry first.",
                    ", ".join(open_accounts.mapped("display_name")),
                )
            )

    def _erase_person(self):
        """Erase what the account itself and its ledger say of the customer."""
        number = self.with_company(self.company_id)._generate_number()
        self._set_number(number)
        # Superuser: nobody has a right to numbers, movements and reservations. Only names go.
        account = self.sudo()
        numbers = self.env["loyalty.account.number"].sudo()  # as above
        numbers.search([("account_id", "=", self.id), ("number", "!=", number)]).unlink()
        account.move_ids.filtered("partner_name").write({"partner_name": ERASED})
        account.move_ids.filtered("document_name").write({"document_name": ERASED})
        account.hold_ids.filtered("document_name").write({"document_name": ERASED})
        self.env["loyalty.ledger"]._writer(self).with_context(tracking_disable=True).write(
            {
                "name": self.env._("Anonymised"),
                "partner_id": False,
                "note": False,
                "block_reason": False,
                "pin_hash": False,
                "active": False,
                "anonymised_on": fields.Datetime.now(),
            }
        )

    def _erase_history(self):
        """Erase messages with the values they tracked, tasks, files, followers and reminders."""
        # Superuser: everything about these records goes, whoever wrote it.
        reminders = self.sudo().reminder_ids
        for model, ids in (("loyalty.account.reminder", reminders.ids), (self._name, self.ids)):
            about = [("model", "=", model), ("res_id", "in", ids)]
            files = [("res_model", "=", model), ("res_id", "in", ids)]
            for kind, domain in (
                ("mail.message", about),  # and with it the values tracked, and the e-mails
                ("mail.activity", files),
                ("mail.followers", files),
                ("ir.attachment", [*files, ("res_field", "=", False)]),
            ):
                # As above.
                self.env[kind].sudo().search(domain).unlink()
        reminders.unlink()
