from odoo import api, fields, models
from odoo.fields import Domain

from ..const import AGREEMENT_STATES

DIRECTIONS = [("ours", "Our clients elsewhere"), ("theirs", "Others' clients here")]


class ConsolidationAgreement(models.Model):
    """One direction of honouring: the sender's clients are served at the accepting establishment.

    Nobody writes these records directly: every change is a method that checks whose turn it is,
    in ``consolidation_agreement_life.py``.
    """

    _name = "consolidation.agreement"
    _description = "Agreement to honour another establishment's cards"
    _inherit = ["consolidation.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"  # both sides write messages, and nothing else

    sender_id = fields.Many2one(
        "res.company",
        string="Clients of",
        required=True,
        ondelete="restrict",
        index=True,
        help="Establishment that asked: its clients' cards are honoured at the other one.",
    )
    accepter_id = fields.Many2one(
        "res.company",
        string="Served at",
        required=True,
        ondelete="restrict",
        index=True,
        help="Establishment that honours the cards, on terms of its own.",
    )
    state = fields.Selection(AGREEMENT_STATES, required=True, default="new")
    message = fields.Text(help="What the sender wrote with the invitation.")
    end_date = fields.Date(
        string="Last day",
        help="Last day on which the cards are honoured; empty: until somebody gives notice.",
    )
    notice_by_id = fields.Many2one(
        "res.company",
        string="Notice given by",
        ondelete="restrict",
        help="Establishment that ends the agreement.",
    )
    terms_id = fields.Many2one(
        "consolidation.terms",
        string="Terms in force",
        ondelete="restrict",
        help="Version that both sides agreed to; of an ended agreement, the last one.",
    )
    proposal_id = fields.Many2one(
        "consolidation.terms",
        string="Open proposal",
        ondelete="restrict",
        help="Version that waits for the other side's answer.",
    )
    terms_ids = fields.One2many("consolidation.terms", "agreement_id", string="All versions")

    direction = fields.Selection(
        DIRECTIONS,
        compute="_compute_direction",
        search="_search_direction",
        help="Whose clients it is about, seen from the company that you work in at the moment.",
    )
    waiting_for_us = fields.Boolean(
        compute="_compute_waiting_for_us",
        search="_search_waiting_for_us",
        help="An invitation or a proposal that your company has to answer.",
    )
    reverse_id = fields.Many2one(
        "consolidation.agreement",
        compute="_compute_reverse_id",
        string="Other direction",
        help="The latest agreement of the other direction between both establishments.",
    )
    reverse_live = fields.Boolean(
        compute="_compute_reverse_id",
        string="Other direction asked for",
        help="Whether it is in force or waits for an answer.",
    )

    _check_two_sides = models.Constraint(
        "CHECK (sender_id <> accepter_id)", "An establishment cannot agree with itself."
    )
    # Used by every look-up of a card; also refuses a second one of the same direction.
    _live_unique = models.UniqueIndex(
        "(accepter_id, sender_id) WHERE state IN ('new', 'active')",
        "There is an agreement of this direction already.",
    )

    @api.model
    def _changing_columns(self):
        """Override: what answers, proposals and notices change."""
        changing = ["end_date", "notice_by_id", "terms_id", "proposal_id"]
        return [*super()._changing_columns(), *changing]

    # === COMPUTES === #

    @api.depends("sender_id", "accepter_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # Superuser: both sides may know each other's names, and users see only their own company.
        for agreement, open_agreement in zip(self, self.sudo(), strict=True):
            agreement.display_name = self.env._(
                "Clients of %(sender)s at %(accepter)s",
                sender=open_agreement.sender_id.name,
                accepter=open_agreement.accepter_id.name,
            )

    @api.model
    def _search_display_name(self, operator, value):
        """Override: by the names of both sides, which users see only of their own company."""
        if operator not in ("ilike", "=ilike", "=", "in"):
            return NotImplemented
        # Superuser: the agreements themselves stay restricted to those of the user's companies.
        found = self.env["res.company"].sudo().search([("name", operator, value)])
        return Domain("sender_id", "in", found.ids) | Domain("accepter_id", "in", found.ids)

    @api.depends("sender_id", "accepter_id")
    @api.depends_context("company")
    def _compute_direction(self):
        for agreement in self:
            sides = {agreement.accepter_id.id: "theirs", agreement.sender_id.id: "ours"}
            agreement.direction = sides.get(self.env.company.id, False)

    def _search_direction(self, operator, value):
        if operator != "in":
            return NotImplemented
        sides = {"ours": "sender_id", "theirs": "accepter_id"}
        company_id = self.env.company.id
        return Domain.OR(
            Domain(sides[direction], "=", company_id) for direction in value if direction in sides
        )

    @api.depends("state", "accepter_id", "sender_id", "proposal_id.proposed_by_id")
    @api.depends_context("company")
    def _compute_waiting_for_us(self):
        for agreement in self:
            agreement.waiting_for_us = bool(
                agreement.filtered_domain(self._get_waiting_domain(self.env.company))
            )

    def _search_waiting_for_us(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_waiting_domain(self.env.company)
        return domain if True in value else ~domain

    def _get_waiting_domain(self, company):
        """Domain of agreements with something that ``company`` has to answer."""
        ours = Domain("sender_id", "=", company.id) | Domain("accepter_id", "=", company.id)
        invited = Domain("state", "=", "new") & Domain("accepter_id", "=", company.id)
        proposed = Domain("state", "=", "active") & Domain("proposal_id", "!=", False)
        proposed &= ours & Domain("proposal_id.proposed_by_id", "!=", company.id)
        return invited | proposed

    @api.depends("sender_id", "accepter_id")
    def _compute_reverse_id(self):
        domain = Domain("sender_id", "in", self.accepter_id.ids)
        domain &= Domain("accepter_id", "in", self.sender_id.ids)
        latest = {}
        for other in self.search(domain, order="id"):
            latest[other.accepter_id, other.sender_id] = other
        for agreement in self:
            reverse = latest.get((agreement.sender_id, agreement.accepter_id))
            agreement.reverse_id = reverse
            agreement.reverse_live = bool(reverse) and reverse.state in ("new", "active")

    def _get_redirect_suggested_company(self):
        """Override: the side that the user works for, so that links in e-mails open."""
        sides = self.sender_id | self.accepter_id
        return (sides & self.env.user.company_ids)[:1] or self.accepter_id
