"""Staff decide about submitted articles; consignors answer what is proposed."""

from odoo import fields, models
from odoo.exceptions import UserError


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    proposed_price = fields.Monetary(
        copy=False,
        help="Another price than the consignor asked for. It counts once the consignor agrees in "
        "the portal, or you note that it was agreed in the shop.",
    )
    declined_price = fields.Monetary(
        readonly=True, copy=False, help="The price that the consignor did not agree to."
    )
    rejection_reason = fields.Char(readonly=True, copy=False, help="Told to the consignor.")
    entry_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names the form it came with: sent twice, it is one article.",
    )

    _entry_key_unique = models.UniqueIndex(
        "(consignor_id, entry_key)", "This form was sent before."
    )
    _proposed_price_positive = models.Constraint(
        "CHECK (proposed_price IS NULL OR proposed_price >= 0)",
        "A proposed price is more than 0.",
    )

    def action_accept(self):
        """Button: accept these articles; they become stock owned by the consignor.

        :raise AccessError: the user may not change them
        :raise UserError: one does not wait for review, or its price is not agreed
        """
        self.check_access("write")
        for intake, articles in self.grouped("intake_id").items():
            intake._lock()
            intake.sudo()._accept(articles.sudo())  # the right was checked; stock follows
        return True

    def action_agree_in_shop(self):
        """Button: the consignor agreed to the proposed price in the shop.

        :raise AccessError: the user may not change them
        :raise UserError: no price is proposed
        """
        self.check_access("write")
        for article in self:
            article.intake_id._lock()
            if article.state not in ("submitted", "proposed") or not article.proposed_price:
                raise UserError(self.env._("No price is proposed for “%s”.", article.name))
            article.sudo()._agree()  # the right was checked above
        return True

    def action_withdraw_proposal(self):
        """Button: take back price proposals the consignor did not answer yet.

        The articles wait for review again, at the price the consignor asked for.

        :raise AccessError: the user may not change them
        :raise UserError: one waits for no answer
        """
        self.check_access("write")
        for article in self:
            article.intake_id._lock()
            if article.state != "proposed":
                raise UserError(
                    self.env._("No price proposal for “%s” waits for an answer.", article.name)
                )
            # Superuser: the right was checked; states are not written by hand.
            article.sudo().write({"proposed_price": False, "state": "submitted"})
        return True

    def action_reject(self):
        """Button: open the dialogue that asks for the reason."""
        self.check_access("write")
        return self.env["consignment.rejection"]._open(self)

    def action_undo_rejection(self):
        """Button: let rejected articles wait for review again, while their intake is open.

        :raise AccessError: the user may not change them
        :raise UserError: not rejected, or the intake is closed and the consignor was told
        """
        self.check_access("write")
        for article in self:
            article.intake_id._lock()
            if article.state != "rejected" or article.intake_id.state != "submitted":
                raise UserError(
                    self.env._("The consignor was told about “%s” already.", article.name)
                )
            # Superuser: the right was checked; states are not written by hand.
            article.sudo().write({"state": "submitted", "rejection_reason": False})
        return True

    def _reject(self, reason):
        """Reject articles that wait for review; the last one closes the intake.

        :param reason: told to the consignor
        :raise UserError: there is no reason, or one is accepted or rejected already
        """
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Tell the consignor the reason."))
        for intake, articles in self.grouped("intake_id").items():
            intake._lock()
            if any(article.state not in ("submitted", "proposed") for article in articles):
                raise UserError(self.env._("Only articles that wait for review are rejected."))
            # Superuser: the right was checked; states are not written by hand.
            articles.sudo().write({"state": "rejected", "rejection_reason": reason})
            intake.sudo()._close_reviewed()  # superuser, as above

    def _agree(self):
        """Make the proposed price the agreed one."""
        self.ensure_one()
        self.write({"price": self.proposed_price, "proposed_price": False, "state": "submitted"})

    def _decline(self):
        """Let the article wait for review at the price the consignor asked for."""
        self.ensure_one()
        self.write(
            {
                "declined_price": self.proposed_price,
                "proposed_price": False,
                "state": "submitted",
            }
        )
