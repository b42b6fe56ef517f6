from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.loyalty_accounts.exceptions import InvalidValue, TooManyGuesses
from odoo.addons.loyalty_accounts.rules import throttle

from ..const import ESTABLISHMENT_POLICY


class ConsolidationAgreementInvite(models.TransientModel):
    """Finds another establishment by its e-mail address and asks it to serve the own clients.

    What was found is kept as records that only this dialogue creates: whoever sends the id of
    another company over RPC invites nobody.
    """

    _name = "consolidation.agreement.invite"
    _description = "New agreement with another establishment"

    email = fields.Char(
        string="E-mail of the establishment",
        help="The address that the establishment gives to its partners.",
    )
    searched_email = fields.Char(readonly=True, help="The address that was looked up.")
    candidate_ids = fields.One2many(
        "consolidation.agreement.invite.candidate", "wizard_id", string="Found", readonly=True
    )
    candidate_id = fields.Many2one(
        "consolidation.agreement.invite.candidate",
        string="Establishment",
        domain="[('wizard_id', '=', id), ('agreement_id', '=', False)]",
        ondelete="set null",
        help="Whom to ask.",
    )
    message = fields.Text(help="A few words that the other side reads with the invitation.")
    own_name = fields.Char(compute="_compute_own_name", help="Establishment whose clients it is.")
    taken = fields.Char(
        compute="_compute_taken", help="Establishments found that have an agreement already."
    )
    has_free = fields.Boolean(
        compute="_compute_taken", help="Whether there is one without an agreement."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: nobody picks what another user has found."""
        wizards = super().create(vals_list)
        wizards.candidate_id.check_access("read")
        return wizards

    def write(self, vals):
        """Override: nobody picks what another user has found."""
        result = super().write(vals)
        self.candidate_id.check_access("read")
        return result

    def _compute_own_name(self):
        self.own_name = self.env.company.name

    def _compute_taken(self):
        for wizard in self:
            taken = wizard.candidate_ids.filtered("agreement_id")
            wizard.taken = " ".join(candidate.agreement_id.statement for candidate in taken)
            wizard.has_free = bool(wizard.candidate_ids - taken)

    def action_search(self):
        """Look for establishments with this e-mail address that are open to agreements.

        :raise InvalidValue: no e-mail address
        :raise TooManyGuesses: the user has looked up too many addresses
        """
        self.ensure_one()
        self.env["consolidation.agreement"]._check_clerk()
        email = email_normalize(self.email)
        if not email:
            raise InvalidValue(self.env._("Enter one e-mail address, such as hello@example.com."))
        self._take_try()
        found = self.env.company._find_open_establishments(email)
        self._keep(found)
        free = self.candidate_ids.filtered(lambda candidate: not candidate.agreement_id)
        self.write({"searched_email": email, "candidate_id": free.id if len(free) == 1 else False})
        return self._reopen()

    def action_send(self):
        """Create the agreement and ask the establishment that was picked."""
        self.ensure_one()
        self.env["consolidation.agreement"]._check_clerk()
        open_wizard = self.sudo()  # users see only their own companies
        candidate = open_wizard.candidate_id
        # Only what this dialogue has found can be asked, whatever comes over RPC.
        if candidate not in open_wizard.candidate_ids:
            raise UserError(self.env._("Show the establishments first, and pick one."))
        if candidate.sender_id != self.env.company:
            raise UserError(self.env._("You changed your company meanwhile. Search again."))
        if not candidate.company_id.active or not candidate.company_id.consolidation_open:
            raise UserError(self.env._("%s is not open to agreements any more.", candidate.name))
        agreements = self.env["consolidation.agreement"]
        agreement = agreements._invite(
            self.env["res.company"].browse(candidate.company_id.id), self.message or ""
        )
        return agreement._get_form_action()

    def _take_try(self):
        """Count the look-up, found or not; code that runs as superuser guesses nothing."""
        if self.env.su:
            return
        attempts = self.env["loyalty.attempt"]
        allowed, tries = attempts._take(f"establishment/{self.env.uid}", ESTABLISHMENT_POLICY)
        if not allowed:
            raise TooManyGuesses(
                self.env._(
                    "Too many e-mail addresses were looked up. Try again in %s minutes.",
                    throttle.minutes_left(tries, fields.Datetime.now()),
                )
            )

    def _keep(self, companies):
        """Remember what was found, where no RPC call can write."""
        # Superuser: nobody else has a right to write candidates.
        candidates = self.env["consolidation.agreement.invite.candidate"].sudo()
        candidates.search([("wizard_id", "=", self.id)]).unlink()
        candidates.create(
            [
                {
                    "wizard_id": self.id,
                    "company_id": company.id,
                    "sender_id": self.env.company.id,
                    "name": ", ".join(filter(None, (company.name, company.city))),
                }
                for company in companies
            ]
        )
        self.invalidate_recordset(["candidate_ids"])

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New agreement"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
