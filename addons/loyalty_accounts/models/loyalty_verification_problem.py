from odoo import api, fields, models


class LoyaltyVerificationProblem(models.Model):
    """A record that does not fit the rest of the ledger."""

    _name = "loyalty.verification.problem"
    _description = "Problem found in the loyalty ledger"
    _order = "id"
    _log_access = False
    _rec_name = "problem"

    verification_id = fields.Many2one(
        "loyalty.verification", required=True, ondelete="cascade", index=True
    )
    # Numbers, not references: what was tampered with may be gone.
    account_id = fields.Integer(string="Account ID")
    account_name = fields.Char(compute="_compute_account_name", string="Account")
    model = fields.Char(required=True)
    record_id = fields.Integer(string="Record ID", required=True)
    record_name = fields.Char(compute="_compute_record_name", string="Record")
    problem = fields.Char(required=True)

    @api.depends("account_id")
    def _compute_account_name(self):
        # Superuser: the account that is named; of which company it is does not matter here.
        accounts = self.env["loyalty.account"].sudo().browse(self.mapped("account_id")).exists()
        names = {account.id: account.display_name for account in accounts}
        for problem in self:
            problem.account_name = names.get(problem.account_id)

    @api.depends("model", "record_id")
    def _compute_record_name(self):
        for problem in self:
            # Superuser: the name of a model only.
            label = self.env["ir.model"]._get(problem.model).sudo().name or problem.model
            problem.record_name = f"{label} {problem.record_id}"
