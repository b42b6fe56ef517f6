from odoo import fields, models
from odoo.exceptions import UserError


class ConsolidationAgreement(models.Model):
    """Buttons of an agreement; what they do stands in ``consolidation_agreement_life.py``."""

    _inherit = "consolidation.agreement"

    def action_invite(self):
        """Open the dialogue that finds another establishment, whatever is ticked in the list."""
        return self._get_dialogue("agreement_invite", self.env._("New agreement"))

    def action_withdraw(self):
        """Take the invitation back."""
        self._withdraw()
        return True

    def action_decline(self):
        """Refuse the invitation."""
        self._decline()
        return True

    def action_accept(self):
        """Open the dialogue that asks for the terms."""
        self._begin("new", side="accepter")
        return self._get_dialogue(
            "agreement_terms", self.env._("Accept"), {"default_agreement_id": self.id}
        )

    def action_propose(self):
        """Open the dialogue that proposes other terms."""
        self._begin("active")
        return self._get_dialogue(
            "agreement_terms",
            self.env._("Propose other terms"),
            {"default_agreement_id": self.id, "default_is_change": True},
        )

    def action_agree(self):
        """Agree to the proposal that the form showed."""
        self._agree_to_proposal(self._get_seen_proposal())
        return True

    def action_reject(self):
        """Reject the proposal that the form showed."""
        self._reject_proposal(self._get_seen_proposal())
        return True

    def action_withdraw_proposal(self):
        """Take the own proposal back."""
        self._withdraw_proposal(self._get_seen_proposal())
        return True

    def action_end(self):
        """Open the dialogue that asks for the last day."""
        self._begin("active")
        # A month ahead; where notice was given, the latest day that is earlier.
        month_ahead = fields.Date.add(self._get_today(), months=1)
        earlier = self.end_date and fields.Date.subtract(self.end_date, days=1)
        return self._get_dialogue(
            "agreement_end",
            self.env._("End the agreement"),
            {
                "default_agreement_id": self.id,
                "default_last_day": min(month_ahead, earlier or month_ahead),
            },
        )

    def action_invite_back(self):
        """Ask for the other direction, where the other side asked for this one.

        Nobody is found out by that: the other side has shown itself by inviting.
        """
        self.ensure_one()
        self._check_clerk()
        self.check_access("read")
        self._check_side("accepter")
        if self.state not in ("new", "active"):
            raise UserError(
                self.env._("Look the establishment up by its e-mail address to ask it anew.")
            )
        return self._invite(self.sender_id)._get_form_action()

    def action_view_reverse(self):
        """Show the agreement of the other direction."""
        self.ensure_one()
        return self.reverse_id._get_form_action()

    def _get_seen_proposal(self):
        """The proposal that the form showed: another one may be open by now."""
        self.check_access("read")
        seen = self.env.context.get("proposal_id")
        if not seen or not isinstance(seen, int):
            raise UserError(self.env._("Say which proposal is meant."))
        return self.env["consolidation.terms"].browse(seen).exists()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreement"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_dialogue(self, model, name, context=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": f"consolidation.{model.replace('_', '.')}",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": context or {},
        }
