from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..delivery import undisturbed

#: Lines that are named in the message to the other side.
MAX_NAMED = 20


class ConsolidationItem(models.Model):
    """The side that an open line costs money may dispute it; clearings leave it out meanwhile.

    A payment and what was given back of it are disputed and released together: whoever disputes
    only a part of it would be paid for the other part.
    """

    _inherit = "consolidation.item"

    disputed = fields.Boolean(
        help="Left out of clearings until the side that disputes it, or whoever clears, releases it."
    )
    release_reason = fields.Char(
        help="Why whoever clears released it. It cannot be disputed again then."
    )

    masked_card = fields.Char(
        string="Card", compute="_compute_masked_card", help="Last characters of its number."
    )

    # Used by each closing, which asks what is disputed; that is little of what is open.
    _disputed_idx = models.Index("(debtor_id) WHERE disputed IS TRUE AND clearing_id IS NULL")

    @api.depends("document_name", "card_number", "amount")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item._describe() if item.currency_id else False

    @api.depends("card_number")
    def _compute_masked_card(self):
        for item in self:
            # What is noted may be masked already.
            number = (item.card_number or "").lstrip("•")
            item.masked_card = f"•••• {number}" if number else False

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is given back of a disputed payment is disputed with it."""
        items = super().create(vals_list)
        items.filtered(lambda item: item.kind == "refund")._join_dispute()
        return items

    # === ACTIONS === #

    def action_dispute(self):
        """Ask for the reason to dispute these lines.

        :raise AccessError: a line costs another side money, and not one of the user's companies
        :raise UserError: a line is settled, disputed or decided already
        """
        self.check_access("read")
        self._check_disputable()
        for item in self:
            item._check_disputing_side(self.env.companies)
        return self._ask("consolidation.dispute", self.env._("Dispute"))

    def action_release(self):
        """Let clearings take these lines again, and others of the same payments.

        Who clears may release what others dispute, and is asked for the reason.

        :raise AccessError: the other side disputes one of them
        :raise UserError: one of them is not disputed
        """
        self.check_access("read")
        self._check_releasable()
        others = self.filtered(lambda item: item.disputed_by_id not in self.env.companies)
        if not others:
            self._release()
            return True
        if self.env.user.has_group("partner_consolidation.group_clearing"):
            return self._ask("consolidation.dispute.release", self.env._("Release"))
        raise AccessError(
            self.env._(
                "%(line)s is disputed by %(side)s: only they, or whoever clears, can release it.",
                line=others[0]._describe(),
                side=others[0].disputed_by_id._get_partner_name(),
            )
        )

    def _ask(self, dialogue, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": dialogue,
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_ids": self.ids},
        }

    # === RULES === #

    def _dispute(self, company, reason):
        """Leave open lines, and what else is open of the same payments, out of clearings.

        :param company: the side that disputes: the one that the lines cost money
        :param str reason: told to the other side
        :raise AccessError: not a company of the user, or not that side
        :raise UserError: no reason; a line is settled, disputed or decided already
        """
        if company not in self.env.companies:
            raise AccessError(self.env._("This company is not one of those you work in."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the other side is told the reason."))
        self._check_disputable()
        for item in self:
            item._check_disputing_side(company)
        items = self | self._get_same_payment()
        items._check_disputable()
        items._write_dispute(
            disputed=True,
            disputed_by_id=company.id,
            disputed_on=fields.Datetime.now(),
            dispute_reason=reason,
        )
        items._tell_other_sides(
            company,
            self.env._("Disputed by %(company)s: %(reason)s", company=company.name, reason=reason),
        )

    def _release(self):
        """Let clearings take the own disputed lines again."""
        for company, items in self._get_disputed_together().grouped("disputed_by_id").items():
            items._write_dispute(disputed=False, disputed_by_id=False, dispute_reason=False)
            items._tell_other_sides(company, self.env._("Released by %s", company.name))

    def _decide(self, reason):
        """Release what others dispute, for good: both sides are told, and it stays on record.

        :param str reason: told to both sides
        :raise AccessError: only who clears may
        :raise UserError: no reason, or a line is not disputed
        """
        if not self.env.user.has_group("partner_consolidation.group_clearing"):
            raise AccessError(self.env._("Only whoever clears can decide a dispute."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: both sides are told the reason."))
        self._check_releasable()
        items = self._get_disputed_together()
        items._write_dispute(
            disputed=False, disputed_by_id=False, dispute_reason=False, release_reason=reason
        )
        what = self.env._(
            "Released by %(user)s, who clears: %(reason)s", user=self.env.user.name, reason=reason
        )
        for side in items.debtor_id | items.creditor_id:
            items.filtered_domain(
                Domain("debtor_id", "=", side.id) | Domain("creditor_id", "=", side.id)
            )._tell(side, what)
        for agreement, lines in items.grouped("agreement_id").items():
            # Superuser: users may read only; this is the history that both sides read.
            undisturbed(agreement.sudo())._message_log(body=lines._render_message(what))

    def _check_disputable(self):
        for item in self:
            if item.clearing_id:
                raise UserError(
                    self.env._(
                        "%(line)s is settled by %(clearing)s. A mistake in it is corrected by a "
                        "refund, or by reversing the clearing.",
                        line=item._describe(),
                        clearing=item.clearing_id.display_name,
                    )
                )
            if item.disputed:
                raise UserError(self.env._("%s is disputed already.", item._describe()))
            if item.release_reason:
                raise UserError(
                    self.env._(
                        "%(line)s was disputed before, and released by whoever clears: "
                        "“%(reason)s”. It cannot be disputed again.",
                        line=item._describe(),
                        reason=item.release_reason,
                    )
                )

    def _check_releasable(self):
        for item in self:
            if not item.disputed:
                raise UserError(self.env._("%s is not disputed.", item._describe()))

    def _get_disputing_side(self):
        """The side that the line costs money: what was given back is the creditor's loss."""
        self.ensure_one()
        return self.debtor_id if self.credit > 0 else self.creditor_id

    def _check_disputing_side(self, companies):
        side = self._get_disputing_side()
        if side not in companies:
            raise AccessError(
                self.env._(
                    "%(line)s can be disputed by %(side)s only: it is what they pay.",
                    line=self._describe(),
                    side=side._get_partner_name(),
                )
            )

    # === THE SAME PAYMENT === #

    def _get_same_payment(self):
        """All open lines of the same payments and the same credit, these included."""
        return self.union(*self._get_payments())

    def _get_payments(self):
        """Return for each payment and credit of these lines all that is open of it."""
        self.flush_model()
        self.env["loyalty.account.move"].flush_model(["reversal_of_id"])
        # Reads only, by indexes. Lines of one payment have the same two sides: whoever may act on
        # one of them may act on all; and nobody may read whose movements they are.
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT DISTINCT coalesce(m.reversal_of_id, m.id) AS payment_id, a.lot_id
                      FROM consolidation_item i
                      JOIN loyalty_account_move m ON m.id = i.move_id
                      JOIN loyalty_account_allocation a ON a.id = i.allocation_id
                     WHERE i.id = ANY(%s))
                SELECT array_agg(i.id ORDER BY i.id)
                  FROM asked
                  JOIN loyalty_account_move m
                    ON m.id = asked.payment_id OR m.reversal_of_id = asked.payment_id
                  JOIN consolidation_item i ON i.move_id = m.id AND i.clearing_id IS NULL
                  JOIN loyalty_account_allocation a
                    ON a.id = i.allocation_id AND a.lot_id = asked.lot_id
                 GROUP BY asked.payment_id, asked.lot_id
                """,
                self.ids,
            )
        )
        return [self.browse(ids) for (ids,) in rows]

    def _get_disputed_together(self):
        """The disputed lines of the same payments."""
        return (self | self._get_same_payment()).filtered("disputed")

    def _join_dispute(self):
        """Let lines share the dispute of their payment, those that were written later, too."""
        if not self:
            return
        for lines in self._get_payments():
            disputed = lines.filtered("disputed")
            first, others = disputed[:1], lines - disputed
            if first and others:
                others._write_dispute(
                    disputed=True,
                    disputed_by_id=first.disputed_by_id.id,
                    disputed_on=first.disputed_on,
                    dispute_reason=first.dispute_reason,
                )

    @api.model
    def _join_disputes(self):
        """Let all open lines share the disputes of their payments, however they were written."""
        # Superuser: whoever closes a period closes it for all.
        self.sudo().search([("disputed", "=", True), ("clearing_id", "=", False)])._join_dispute()

    def _write_dispute(self, **vals):
        # The engine's own hand, after the checks: nobody has a right to write items.
        self.env["loyalty.ledger"]._writer(self).write(vals)

    # === MESSAGES === #

    def _tell_other_sides(self, company, what):
        """Send one message to the clerks of each other side."""
        for item in self:
            item.check_access("read")
        others = self.grouped(
            lambda item: item.creditor_id if item.debtor_id == company else item.debtor_id
        )
        for other, items in others.items():
            items._tell(other, what)

    def _tell(self, company, what):
        """Send one message to the clerks of an establishment."""
        people = self._get_clerks(company)
        if people:
            # Superuser: whoever disputes sees neither the other side's users nor writes mail.
            undisturbed(self.env["mail.thread"].sudo()).message_notify(
                partner_ids=people.partner_id.ids,
                author_id=self.env.user.partner_id.id,
                subject=what,
                body=self._render_message(what),
            )

    @api.model
    def _get_clerks(self, company):
        """Users who look after the agreements of an establishment."""
        group = self.env.ref("partner_consolidation.group_consolidation")
        users = self.env["res.users"].sudo()  # of the other side, whom the user does not see
        return users.search(
            [("company_ids", "in", company.ids), ("all_group_ids", "in", group.ids)]
        )

    def _render_message(self, what):
        lines = [item._describe() for item in self[:MAX_NAMED]]
        if len(self) > MAX_NAMED:
            lines.append(self.env._("and %s more", len(self) - MAX_NAMED))
        rows = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        return Markup("<p>%s</p><ul>%s</ul>") % (what, rows)

    def _describe(self):
        """Document, card and amount, as a sentence names a line."""
        self.ensure_one()
        parts = (self.document_name, self.masked_card, self._format_amount())
        return " · ".join(filter(None, parts))

    def _format_amount(self):
        return self.currency_id.format(self.amount)
