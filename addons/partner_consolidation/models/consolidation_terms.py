from decimal import Decimal

from odoo import api, fields, models

from ..const import TERMS_STATES


class ConsolidationTerms(models.Model):
    """One version of an agreement's terms. What was agreed never changes; see docs/adr/0010."""

    _name = "consolidation.terms"
    _description = "Terms of an agreement"
    _inherit = ["consolidation.guarded", "consolidation.terms.mixin"]
    _order = "agreement_id, version desc"
    _rec_name = "version"

    agreement_id = fields.Many2one(
        "consolidation.agreement", required=True, ondelete="restrict", index=True
    )
    version = fields.Integer(required=True, help="Counts the agreement's versions from 1.")
    state = fields.Selection(TERMS_STATES, required=True, default="proposed")
    proposed_by_id = fields.Many2one(
        "res.company", string="Proposed by", required=True, ondelete="restrict"
    )
    valid_from = fields.Datetime(help="When both sides had agreed.")
    valid_until = fields.Datetime(help="When a later version replaced it, or the agreement ended.")
    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="restrict", help="Currency of the sender's cards."
    )
    summary = fields.Char(
        compute="_compute_summary", string="In short", help="What this version gives, in words."
    )

    _version_unique = models.UniqueIndex(
        "(agreement_id, version)", "Two versions of an agreement cannot have the same number."
    )
    _current_unique = models.UniqueIndex(
        "(agreement_id) WHERE state = 'current'", "An agreement has one version in force."
    )
    _proposed_unique = models.UniqueIndex(
        "(agreement_id) WHERE state = 'proposed'", "Answer the proposal that is open first."
    )
    _check_percentages = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100 AND accumulation BETWEEN 0 AND 100"
        " AND payment_percentage BETWEEN 0 AND 100 AND clearing_percentage BETWEEN 0 AND 100)",
        "Percentages lie between 0 and 100.",
    )
    _check_limit = models.Constraint(
        "CHECK (coalesce(exposure_limit, 0) BETWEEN 0 AND 999999999)",
        "The limit cannot be below zero.",
    )

    @api.depends("version", "agreement_id")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._("Version %s", version.version)

    @api.depends("copy_privileges", "discount", "accumulation", "shared_deposit")
    @api.depends_context("lang")
    def _compute_summary(self):
        # Superuser: both sides may know each other's names, and users see only their own company.
        for version, open_version in zip(self, self.sudo(), strict=True):
            version.summary = self._describe_terms(
                open_version._get_terms(),
                open_version.agreement_id.accepter_id.name,
                open_version.currency_id,
            )

    def _get_clearing_percentage(self, origin):
        """What credit of this origin clears at, 0 to 100, as Decimal: paid-in credit in full."""
        return Decimal(repr(self.clearing_percentage)) if origin == "earn" else Decimal(100)

    @api.model
    def _changing_columns(self):
        """Override: from when until when it is in force."""
        return [*super()._changing_columns(), "valid_from", "valid_until"]
