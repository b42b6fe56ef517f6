from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Lines that are named in the message to the other side.
MAX_NAMED = 20


class ConsolidationItem(models.Model):
    """Either side may dispute an open line; clearings leave it out until that side releases it."""

    _inherit = "consolidation.item"

    masked_card = fields.Char(
        string="Card", compute="_compute_masked_card", help="Last characters of its number."
    )

    @api.depends("document_name", "card_number", "amount")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item._describe() if item.currency_id else False

    @api.depends("card_number")
    def _compute_masked_card(self):
        for item in self:
            item.masked_card = f"•••• {item.card_number}" if item.card_number else False

    # === ACTIONS === #

    def action_dispute(self):
        """Ask for the reason to dispute these lines.

        :raise UserError: a line is settled or disputed already
        """
        self.check_access("read")
        self._check_disputable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "consolidation.dispute",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_ids": self.ids},
        }

    def action_release(self):
        """Let clearings take these lines again.

        :raise AccessError: the other side disputes one of them
        :raise UserError: one of them is not disputed
        """
        self.check_access("read")
        for item in self:
            if not item.disputed:
                raise UserError(self.env._("%s is not disputed.", item._describe()))
            if item.disputed_by_id not in self.env.companies:
                raise AccessError(
                    self.env._(
                        "%(line)s is disputed by %(side)s: only they can release it.",
                        line=item._describe(),
                        side=item.disputed_by_id._get_partner_name(),
                    )
                )
        for company, items in self.grouped("disputed_by_id").items():
            items._write_dispute(disputed=False, disputed_by_id=False, dispute_reason=False)
            items._tell_other_sides(company, self.env._("Released by %s", company.name))
        return True

    # === RULES === #

    def _dispute(self, company, reason):
        """Leave open lines out of clearings.

        :param company: the side that disputes: creditor or debtor of each line
        :param str reason: told to the other side
        :raise AccessError: not a company of the user
        :raise UserError: no reason; a line is settled, disputed already, or not of that side
        """
        if company not in self.env.companies:
            raise AccessError(self.env._("This company is not one of those you work in."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the other side is told the reason."))
        self._check_disputable()
        for item in self:
            if company not in (item.debtor_id, item.creditor_id):
                raise UserError(
                    self.env._(
                        "%(line)s is not between %(company)s and somebody else.",
                        line=item._describe(),
                        company=company.name,
                    )
                )
        self._write_dispute(
            disputed=True,
            disputed_by_id=company.id,
            disputed_on=fields.Datetime.now(),
            dispute_reason=reason,
        )
        self._tell_other_sides(
            company,
            self.env._("Disputed by %(company)s: %(reason)s", company=company.name, reason=reason),
        )

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
            people = items._get_clerks(other)
            if people:
                # Superuser: whoever disputes sees neither the other side's users nor writes mail.
                self.env["mail.thread"].sudo().message_notify(
                    partner_ids=people.partner_id.ids,
                    author_id=self.env.user.partner_id.id,
                    subject=what,
                    body=items._render_message(what),
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
