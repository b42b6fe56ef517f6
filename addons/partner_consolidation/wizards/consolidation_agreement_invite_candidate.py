from odoo import fields, models
from odoo.fields import Domain


class ConsolidationAgreementInviteCandidate(models.TransientModel):
    """An establishment that a user has found by its e-mail address. Written by the search only."""

    _name = "consolidation.agreement.invite.candidate"
    _description = "Establishment found for an agreement"

    wizard_id = fields.Many2one(
        "consolidation.agreement.invite", required=True, ondelete="cascade", index=True
    )
    sender_id = fields.Many2one("res.company", string="Found for", required=True)
    company_id = fields.Many2one("res.company", required=True, string="Establishment")
    name = fields.Char(required=True)
    agreement_id = fields.Many2one(
        "consolidation.agreement",
        compute="_compute_agreement_id",
        search="_search_agreement_id",
        help="Agreement of this direction that there is already.",
    )

    def _compute_agreement_id(self):
        for candidate in self:
            candidate.agreement_id = self.env["consolidation.agreement"].search(
                [
                    ("sender_id", "=", candidate.sender_id.id),
                    ("accepter_id", "=", candidate.company_id.id),
                    ("state", "in", ("new", "active")),
                ],
                limit=1,
            )

    def _search_agreement_id(self, operator, value):
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        live = self.env["consolidation.agreement"].search(
            [("sender_id", "=", self.env.company.id), ("state", "in", ("new", "active"))]
        )
        return Domain("company_id", "not in", live.accepter_id.ids)
