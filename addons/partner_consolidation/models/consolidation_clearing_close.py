from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ConsolidationClearing(models.Model):
    """Closing and reversing; set-based, so that a year of items takes as many queries as one.

    Two at once never take the same item: the second one waits for the first one's rows, then
    PostgreSQL reports a serialization failure, and it starts again with what is left. Items that
    are written meanwhile stay open; the next period takes them.
    """

    _inherit = "consolidation.clearing"

    # === CLOSING === #

    def action_close(self):
        """Close the period: take its items, net them, book both sides of each payment.

        :raise AccessError: only who clears may
        :raise UserError: it is closed already, its last day is not over, or nothing is open
        """
        for clearing in self:
            clearing.check_access("write")
            clearing._close()
        return True

    def _close(self):
        self._check_closable()
        # First of all: whoever comes second to close the same one starts again here.
        self._mark(state="closed", closed_on=fields.Datetime.now(), closed_by_id=self.env.uid)
        self._take_items()
        totals = self.sudo()._get_closed_totals()  # all of them, whoever closes
        if not totals:
            raise UserError(
                self.env._("Nothing that is not disputed is open up to this day: nothing to clear.")
            )
        self._mark(party_ids=[Command.set(self._get_sides(totals).ids)])
        payments = self._net(totals)
        self._book(totals, payments)
        self._create_payments(payments)._create_documents()

    def _check_closable(self):
        self._check_draft()
        if self.date_to > self.env.company._get_loyalty_today():
            raise UserError(self.env._("Choose a last day that has begun: today or earlier."))

    def _mark(self, **vals):
        self.env["loyalty.ledger"]._writer(self).write(vals)
        self.flush_recordset()

    def _take_items(self):
        """Mark the items of the period and write down what they come to, in one statement."""
        items = self.env["consolidation.item"]
        items._join_disputes()
        items.flush_model()
        # The engine's own hand, straight into the tables: exactly what is marked is summed.
        self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    UPDATE consolidation_item i SET clearing_id = %(clearing)s
                      FROM %(places)s
                     WHERE %(period)s AND i.disputed IS NOT TRUE
                 RETURNING i.debtor_id, i.creditor_id, i.credit, i.amount)
                INSERT INTO consolidation_clearing_pair
                       (clearing_id, currency_id, debtor_id, creditor_id, credit, amount,
                        item_count)
                SELECT %(clearing)s, %(currency)s, debtor_id, creditor_id, sum(credit),
                       sum(amount), count(*)
                  FROM taken GROUP BY debtor_id, creditor_id ORDER BY debtor_id, creditor_id
                RETURNING id
                """,
                clearing=self.id,
                currency=self.currency_id.id,
                places=self._get_places_sql(),
                period=self._get_period_sql(),
            )
        )
        items.invalidate_model(["clearing_id"])
        self.invalidate_recordset(["pair_ids"])

    def _create_payments(self, payments):
        """Create the ``consolidation.payment`` of each :class:`NetPayment`."""
        return (
            self.env["loyalty.ledger"]
            ._writer("consolidation.payment")
            .create(
                [
                    {
                        "currency_id": self.currency_id.id,  # first: amounts are rounded by it
                        "clearing_id": self.id,
                        "payer_id": payment.payer.id,
                        "payee_id": payment.payee.id,
                        "amount": float(payment.amount),
                    }
                    for payment in payments
                ]
            )
        )

    # === REVERSING === #

    def _reverse(self, reason):
        """Undo a closed period: reverse its entries, open its items again.

        :param str reason: shown on the clearing
        :raise UserError: it is not closed, no reason, or a payment has been made
        """
        self.ensure_one()
        if self.state != "closed":
            raise UserError(self.env._("Only a closed period can be reversed."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is shown on the clearing."))
        # First of all: whoever comes second starts again here.
        self._mark(
            state="reversed",
            reversed_on=fields.Datetime.now(),
            reversed_by_id=self.env.uid,
            reverse_reason=reason,
        )
        # Superuser: the payments of all establishments count.
        self.sudo().payment_ids._check_nothing_paid()
        self._unbook()
        self._open_items_again()

    def _open_items_again(self):
        """Leave the items with their period, marked, and make open copies of them."""
        items = self.env["consolidation.item"]
        items.flush_model()
        columns = [
            SQL.identifier(field.name)
            for field in items._fields.values()
            if field.store
            and field.column_type
            and field.name not in ("id", "clearing_id", "reversed")
        ]
        # The engine's own hand, on what it wrote itself.
        self.env.cr.execute(
            SQL("UPDATE consolidation_item SET reversed = TRUE WHERE clearing_id = %s", self.id)
        )
        # As before; copies, so that the period keeps its own.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO consolidation_item (%(columns)s, reversed)
                SELECT %(columns)s, FALSE FROM consolidation_item
                 WHERE clearing_id = %(clearing)s ORDER BY id
                """,
                columns=SQL(", ").join(columns),
                clearing=self.id,
            )
        )
        items.invalidate_model()
        items._join_disputes()
