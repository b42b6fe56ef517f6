from odoo import api, fields, models
from odoo.tools import format_date


class ConsolidationAgreement(models.Model):
    """What an agreement says, in plain words: who serves whose clients, and on what terms."""

    _inherit = "consolidation.agreement"

    statement = fields.Char(
        compute="_compute_statement",
        string="In words",
        help="Whose clients are served where, on what terms and until when.",
    )
    terms_summary = fields.Char(
        compute="_compute_terms_summary", string="Terms", help="What the clients get, in short."
    )
    terms_table = fields.Html(
        compute="_compute_tables", sanitize=False, help="All terms in force, one by one."
    )
    proposal_table = fields.Html(
        compute="_compute_tables",
        sanitize=False,
        help="The terms that are proposed, beside those in force.",
    )
    proposal_sentence = fields.Char(
        compute="_compute_proposal_sentence", help="Who proposed other terms, and who answers."
    )
    notice_sentence = fields.Char(
        compute="_compute_notice_sentence", help="Who ends the agreement, and when."
    )
    reverse_sentence = fields.Char(
        compute="_compute_reverse_sentence", help="What becomes of the other direction."
    )

    @api.depends("state", "end_date", "terms_id", "sender_id", "accepter_id")
    @api.depends_context("lang")
    def _compute_statement(self):
        # Superuser: both sides may know each other's names, and users see only their own company.
        for agreement, open_agreement in zip(self, self.sudo(), strict=True):
            agreement.statement = open_agreement._describe()

    @api.depends("terms_id")
    @api.depends_context("lang")
    def _compute_terms_summary(self):
        for agreement in self:
            agreement.terms_summary = agreement.terms_id.summary or ""

    @api.depends("terms_id", "proposal_id")
    @api.depends_context("lang")
    def _compute_tables(self):
        for agreement in self:
            current, proposal = agreement.terms_id, agreement.proposal_id
            terms = current._get_terms() if current else None
            agreement.terms_table = agreement.proposal_table = False
            if current:
                agreement.terms_table = current._render_terms(terms, current.currency_id)
            if proposal:
                agreement.proposal_table = proposal._render_terms(
                    proposal._get_terms(), proposal.currency_id, old=terms
                )

    @api.depends("proposal_id")
    @api.depends_context("lang", "company")
    def _compute_proposal_sentence(self):
        for agreement in self:
            open_agreement = agreement.sudo()  # as in _compute_statement
            proposer = open_agreement.proposal_id.proposed_by_id
            other = open_agreement._get_other_side(proposer)
            agreement.proposal_sentence = (
                self.env._(
                    "%(proposer)s proposes other terms. They count once %(other)s agrees; until "
                    "then nothing changes.",
                    proposer=proposer.name,
                    other=other.name,
                )
                if proposer
                else False
            )

    @api.depends("end_date", "notice_by_id")
    @api.depends_context("lang")
    def _compute_notice_sentence(self):
        for agreement in self:
            agreement.notice_sentence = (
                self.env._(
                    "Last day: %(day)s. %(company)s has given notice; until then nothing changes.",
                    day=format_date(self.env, agreement.end_date),
                    company=agreement.sudo().notice_by_id.name,  # as in _compute_statement
                )
                if agreement.end_date
                else False
            )

    @api.depends("sender_id", "accepter_id")
    @api.depends_context("lang")
    def _compute_reverse_sentence(self):
        for agreement in self:
            # Superuser: as in _compute_statement.
            open_agreement = agreement.sudo()
            reverse = open_agreement.reverse_id
            agreement.reverse_sentence = (
                reverse.statement
                if reverse and reverse.state in ("new", "active")
                else self.env._(
                    "Clients of %(accepter)s are not served at %(sender)s. For that, %(accepter)s "
                    "has to ask and %(sender)s to accept.",
                    sender=open_agreement.sender_id.name,
                    accepter=open_agreement.accepter_id.name,
                )
            )

    # === SENTENCES === #

    def _describe(self):
        """Return the sentence that says who serves whose clients, and on what terms."""
        self.ensure_one()
        values = {
            "sender": self.sender_id.name,
            "accepter": self.accepter_id.name,
            "terms": self.terms_id.summary,
            "day": format_date(self.env, self.end_date) if self.end_date else "",
        }
        if self.state == "active" and not self._is_over():
            return self._describe_active(values)
        sentences = {
            "new": self.env._(
                "%(sender)s asks that its clients be served at %(accepter)s. %(accepter)s has not "
                "answered yet.",
                **values,
            ),
            "declined": self.env._(
                "%(accepter)s declined to serve the clients of %(sender)s.", **values
            ),
            "withdrawn": self.env._(
                "%(sender)s withdrew its invitation to serve its clients at %(accepter)s.",
                **values,
            ),
        }
        return sentences.get(self.state) or self.env._(
            "Clients of %(sender)s were served at %(accepter)s until %(day)s: %(terms)s.", **values
        )

    def _describe_active(self, values):
        if self.end_date:
            return self.env._(
                "Clients of %(sender)s are served at %(accepter)s until %(day)s: %(terms)s.",
                **values,
            )
        return self.env._("Clients of %(sender)s are served at %(accepter)s: %(terms)s.", **values)

    # === SIDES AND DAYS === #

    def _get_other_side(self, company):
        """Return the side that ``company`` is not."""
        self.ensure_one()
        return self.accepter_id if company == self.sender_id else self.sender_id

    def _get_today(self):
        """Today where the cards are honoured."""
        # Superuser: whoever reads the agreement may know what day it is at the other side.
        return self.sudo().accepter_id._get_loyalty_today()

    def _is_over(self):
        """Whether the last day has passed, be the job that ends agreements late or not."""
        self.ensure_one()
        return bool(self.end_date and self.end_date < self._get_today())
