from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: What the provider said once is never written anew.
SAID = ("backend_id", "export_id", "external_id", "amount", "currency_id", "date")


class AccountingPayment(models.Model):
    """A payment of an exported invoice, as the provider told of it, and what Odoo made of it.

    Its key at the provider is unique, so that no payment is ever taken twice.
    """

    _name = "accounting.payment"
    _description = "Payment at an accounting provider"
    _order = "date desc, id desc"
    _rec_name = "external_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "accounting.backend", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    export_id = fields.Many2one(
        "accounting.export", required=True, readonly=True, ondelete="restrict", index=True
    )
    move_id = fields.Many2one(related="export_id.move_id", string="Invoice")
    partner_id = fields.Many2one(related="export_id.partner_id")
    external_id = fields.Char(
        required=True, readonly=True, string="Payment there", help="By which the provider knows it."
    )
    amount = fields.Monetary(
        readonly=True, help="Below 0 for an invoice's payment that was taken back."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("seen", "Seen"), ("registered", "Registered"), ("failed", "Failed")],
        default="seen",
        required=True,
        readonly=True,
        help="Seen: known here, and nothing was booked. Registered: booked on the invoice. "
        "Failed: somebody has to look, see the reason.",
    )
    reason = fields.Char(readonly=True, help="Why it is not registered, and what to do.")
    payment_id = fields.Many2one("account.payment", readonly=True, string="Payment here")

    _external_unique = models.UniqueIndex(
        "(backend_id, external_id)", "This payment was taken over already."
    )

    def write(self, vals):
        """Override: what the provider said is not changed.

        :raise UserError: another amount, date or key is written
        """
        if set(SAID) & vals.keys():
            raise UserError(self.env._("What a provider said of a payment is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Payments of a provider are kept, so that none is taken twice."))

    @api.model
    def _take(self, export, found):
        """Keep the payments of an export that are not known yet.

        :param found: :class:`providers.base.RemotePayment` objects
        :return: the new records
        """
        self.env.flush_all()
        created = []
        for one in found:
            # SQL: of two workers that see one payment, the index lets one insert it.
            self.env.cr.execute(
                """
                INSERT INTO accounting_payment (
                       backend_id, company_id, export_id, external_id, amount, currency_id, date,
                       state, create_uid, create_date, write_uid, write_date)
                VALUES (%(backend)s, %(company)s, %(export)s, %(external)s, %(amount)s, %(currency)s,
                       %(date)s, 'seen', %(uid)s, now(), %(uid)s, now())
                    ON CONFLICT (backend_id, external_id) DO NOTHING
             RETURNING id
                """,
                {
                    "backend": export.backend_id.id,
                    "company": export.company_id.id,
                    "export": export.id,
                    "external": one.external_id,
                    "amount": one.amount,
                    "currency": self._get_currency(one.currency, export).id,
                    "date": one.date,
                    "uid": self.env.uid,
                },
            )
            created += [row[0] for row in self.env.cr.fetchall()]
        export.invalidate_recordset(["payment_ids"])
        return self.browse(created)

    def _get_currency(self, code, export):
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)]) or export.currency_id

    def action_register(self):
        """Button: register payments that are not, where what was in the way is gone."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Registering payments is up to those who invoice."))
        self.check_access("read")
        self.move_id.check_access("write")
        if not self.backend_id.payment_journal_id:
            raise UserError(self.env._("Choose the journal for payments on the backend first."))
        # Superuser: what became of a payment is written by nobody by hand.
        self.sudo().filtered(lambda one: one.state != "registered")._book()
        return True

    def action_done(self):
        """Button: staff did by hand what was to be done; it is not asked for any more."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Closing payments is up to those who invoice."))
        self.check_access("read")
        self.move_id.check_access("write")
        failed = self.filtered(lambda one: one.state == "failed")
        if not failed:
            raise UserError(self.env._("Choose payments that could not be registered."))
        # Superuser: what became of a payment is written by nobody by hand.
        failed.sudo().write(
            {"state": "seen", "reason": self.env._("Done by hand by %s.", self.env.user.name)}
        )
        return True

    def _book(self):
        """Book each payment on its invoice, or say why not."""
        for payment in self.sorted("date"):
            if reason := payment._find_obstacle():
                payment.write({"reason": reason, "state": "failed"})
            elif payment._is_settled_here():
                payment.write({"state": "seen", "reason": self.env._("The invoice is paid here.")})
            else:
                payment._book_one()

    def _is_settled_here(self):
        move = self.move_id
        return move.currency_id.is_zero(move.amount_residual)

    def _find_obstacle(self):
        """Return why staff has to look, in a sentence, ``""`` when nobody has to."""
        self.ensure_one()
        move = self.move_id
        if self._is_taken_back():
            return self.env._(
                "Taken back at the provider. Undo the payment on %s here, if it was registered.",
                move.name,
            )
        if move.state != "posted":
            return self.env._("%s is not posted here.", move.name)
        if self.currency_id != move.currency_id:
            return self.env._(
                "Paid in %(paid)s, the invoice is in %(invoice)s: register it by hand.",
                paid=self.currency_id.name,
                invoice=move.currency_id.name,
            )
        over = move.currency_id.compare_amounts(abs(self.amount), move.amount_residual) > 0
        if over and not self._is_settled_here():
            return self.env._("More than is left to pay on %s here: look at both.", move.name)
        if not self._is_settled_here() and self._leaves_less_than_there():
            return self.env._(
                "Less would be left to pay on %s here than there: was it registered by hand already?",
                move.name,
            )
        return ""

    def _leaves_less_than_there(self):
        """Tell whether the invoice would be paid here by more than the provider knows of."""
        move = self.move_id
        left = move.amount_residual - abs(self.amount)
        return move.currency_id.compare_amounts(left, abs(self.export_id.external_balance)) < 0

    def _is_taken_back(self):
        """Tell whether it runs against its document; a credit note's payments are below 0."""
        return (self.amount < 0) != (self.move_id.move_type == "out_refund")

    def _is_undone(self):
        """Tell whether it was booked here, and somebody undid that."""
        undone = self.payment_id.state in (False, "canceled", "rejected")
        return self.state == "registered" and undone

    def _book_one(self):
        try:
            with self.env.cr.savepoint():
                payment = self._prepare_register()._create_payments()
        except (UserError, ValidationError) as error:
            self.write({"state": "failed", "reason": str(error.args[0])})
            return
        self.write({"state": "registered", "reason": False, "payment_id": payment.id})

    def _prepare_register(self):
        """Return core's dialogue for payments, filled in."""
        dialogue = self.env["account.payment.register"].with_company(self.company_id)
        return dialogue.with_context(
            active_model="account.move", active_ids=self.move_id.ids
        ).create(
            {
                "payment_date": self.date,
                "journal_id": self.backend_id.payment_journal_id.id,
                "currency_id": self.currency_id.id,
                "amount": abs(self.amount),
                "communication": f"{self.move_id.name} ({self.backend_id.name} {self.external_id})",
                "payment_difference_handling": "open",
                "group_payment": True,
            }
        )
