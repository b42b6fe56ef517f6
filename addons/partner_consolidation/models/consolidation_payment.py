from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import PAYMENT_STATES


class ConsolidationPayment(models.Model):
    """One of the few payments that settle a closed period.

    It is settled when the payee's receivable is, by whatever means its accountant reconciled it;
    without a chart of accounts there, when the payee says so. Nothing is stored of the first, so
    nothing can get out of step with the books.
    """

    _name = "consolidation.payment"
    _description = "Payment of a clearing"
    _order = "clearing_id desc, payer_id, payee_id"

    clearing_id = fields.Many2one(
        "consolidation.clearing", required=True, ondelete="restrict", index=True, readonly=True
    )
    date_to = fields.Date(related="clearing_id.date_to", string="Period up to")
    payer_id = fields.Many2one(
        "res.company", string="Pays", required=True, ondelete="restrict", index=True, readonly=True
    )
    payee_id = fields.Many2one(
        "res.company", string="Gets", required=True, ondelete="restrict", index=True, readonly=True
    )
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict", readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    payee_move_id = fields.Many2one(
        "account.move",
        string="At the payee",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Entry or invoice with the payee's receivable.",
    )
    payer_move_id = fields.Many2one(
        "account.move",
        string="At the payer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Entry or vendor bill with the payer's payable.",
    )
    marked_on = fields.Datetime(
        string="Marked as paid on",
        readonly=True,
        help="Said by the payee, which has no chart of accounts.",
    )
    marked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    state = fields.Selection(
        PAYMENT_STATES,
        compute="_compute_state",
        search="_search_state",
        compute_sudo=True,  # both sides may know whether it is paid, not the books of the other
        help="Settled: the payee's receivable is fully reconciled, or the payee says so.",
    )
    can_mark = fields.Boolean(
        compute="_compute_can_mark", help="Whether you may say that it was paid."
    )

    _check_amount = models.Constraint("CHECK (amount > 0)", "A payment is above zero.")
    _check_sides = models.Constraint(
        "CHECK (payer_id <> payee_id)", "An establishment pays itself nothing."
    )

    # === STATE === #

    @api.depends("clearing_id.state", "marked_on", "payee_move_id.line_ids.reconciled")
    def _compute_state(self):
        for payment in self:
            if payment.clearing_id.state == "reversed":
                payment.state = "reversed"
            elif payment._is_settled():
                payment.state = "settled"
            else:
                payment.state = "open"

    def _is_settled(self):
        if self.marked_on or not self.payee_move_id:
            return bool(self.marked_on)
        return all(self._get_claims(self.payee_move_id).mapped("reconciled"))

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        reversed_ = Domain("clearing_id.state", "=", "reversed")
        # Reads only; record rules are applied to the payments that are found.
        open_ = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (SELECT id FROM (%s) unpaid)",
                SQL.identifier(alias, "id"),
                self._get_unpaid_sql(),
            )
        )
        parts = {
            "reversed": reversed_,
            "open": open_,
            "settled": ~reversed_ & ~open_,
        }
        return Domain.OR(parts[state] for state in value if state in parts)

    @api.model
    def _get_unpaid_sql(self):
        """Query with the rows of ``consolidation_payment`` that closed periods still wait for."""
        # Reads only. As in _is_settled(); payments are few, whatever was cleared by them.
        return SQL(
            """
            SELECT p.* FROM consolidation_payment p
              JOIN consolidation_clearing c ON c.id = p.clearing_id AND c.state = 'closed'
             WHERE p.marked_on IS NULL AND (p.payee_move_id IS NULL OR (
                   SELECT bool_or(l.reconciled IS NOT TRUE) FROM account_move_line l
                     JOIN account_account a
                       ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                    WHERE l.move_id = p.payee_move_id))
            """,
            to_flush=[
                *self._fields.values(),
                self.env["consolidation.clearing"]._fields["state"],
                self.env["account.move.line"]._fields["reconciled"],
            ],
        )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("payee_move_id", "state")
    def _compute_can_mark(self):
        for payment in self:
            payment.can_mark = (
                payment._may_mark() and payment.state != "reversed" and not payment.payee_move_id
            )

    def _may_mark(self):
        return self.payee_id in self.env.companies or self.env.user.has_group(
            "partner_consolidation.group_clearing"
        )

    # === ACTIONS === #

    def action_mark_paid(self):
        """Say that it was paid, for a payee without a chart of accounts."""
        self._mark(fields.Datetime.now())
        return True

    def action_mark_unpaid(self):
        """Take back that it was paid."""
        self._mark(False)
        return True

    def _mark(self, moment):
        self.check_access("read")
        for payment in self:
            if not payment._may_mark():
                raise AccessError(
                    self.env._(
                        "Only %s can say that it was paid.", payment.payee_id._get_partner_name()
                    )
                )
            if not payment.can_mark:
                raise UserError(
                    self.env._(
                        "The books of %s say whether this is paid: reconcile the receivable there.",
                        payment.payee_id._get_partner_name(),
                    )
                )
            # The engine's own hand, after the check: nobody has a right to write payments.
            self.env["loyalty.ledger"]._writer(payment).write(
                {"marked_on": moment, "marked_by_id": self.env.uid if moment else False}
            )

    def _check_nothing_paid(self):
        """Raise where money has moved already, be it a part of a payment.

        :raise UserError: naming the first such payment
        """
        for payment in self:
            moves = payment.payee_move_id | payment.payer_move_id
            claims = payment._get_claims(moves)
            if payment.marked_on or claims.matched_debit_ids or claims.matched_credit_ids:
                raise UserError(
                    self.env._(
                        "%(payer)s has paid %(payee)s already, or a part of it. Undo that payment "
                        "first: what is settled is not reversed.",
                        payer=payment.payer_id.name,
                        payee=payment.payee_id.name,
                    )
                )

    @api.model
    def _get_claims(self, moves):
        """The lines of entries or invoices that a payment settles."""
        return moves.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )
