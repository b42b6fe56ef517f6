from odoo import fields, models
from odoo.fields import Domain


class B2bMember(models.Model):
    _inherit = "b2b.member"

    def _get_b2b_programs(self):
        """Return the programs that were published to the member's company and hold now."""
        # Superuser: customers have no right on programs; these are published to their own.
        programs = self.env["loyalty.program"].sudo().with_company(self.company_id)
        if not programs._has_b2b_audience():
            return programs
        today = fields.Date.context_today(self)
        return programs.search(
            Domain("b2b_customer_ids", "in", self.customer_id.ids)
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", [self.company_id.id, False])
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )

    def _count_b2b_offers(self):
        """Return how many offers the member finds on the page of offers."""
        return len(self.customer_id._get_b2b_offers(self.company_id)) + len(
            self._get_b2b_programs()
        )

    def _prepare_b2b_programs(self):
        """Return a dictionary for each program that the page of offers shows.

        Keys: ``name``, ``rewards`` (texts), ``until`` (date or False), ``code`` (to type in the
        cart, or empty), and for punch cards ``points``, ``needed`` (of the nearest reward) and
        ``unit``; ``needed`` is 0 for others.
        """
        programs = self._get_b2b_programs()
        # Superuser: the customer's own cards.
        cards = (
            self.env["loyalty.card"]
            .sudo()
            .search(
                Domain("program_id", "in", programs.ids)
                & Domain("partner_id", "=", self.customer_id.id)
            )
        )
        points = {card.program_id: card.points for card in cards}
        return [
            {
                "name": program.name,
                "rewards": program.reward_ids.mapped("description"),
                "until": program.date_to,
                "code": program.rule_ids.filtered("code")[:1].code or "",
                "points": points.get(program, 0.0),
                "needed": min(program.reward_ids.mapped("required_points"), default=0)
                if program._is_b2b_punch_card()
                else 0,
                "unit": program.portal_point_name or "",
            }
            for program in programs
        ]
