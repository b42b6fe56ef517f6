"""The review of an intake: proposals, decisions, and what the consignor is told."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context


class ConsignmentIntake(models.Model):
    _inherit = "consignment.intake"

    proposal_count = fields.Integer(
        compute="_compute_proposal_count", help="Proposed prices the consignor was not told yet."
    )

    @api.depends("article_ids.state", "article_ids.proposed_price")
    def _compute_proposal_count(self):
        for intake in self:
            intake.proposal_count = len(intake._get_untold())

    def write(self, vals):
        """Override: who entered an intake is a fact; what was agreed and when, too.

        :raise AccessError: the value follows from the work and is not written
        """
        self._check_facts(vals.keys())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: see :meth:`write`; only the portal makes a consignor's own intakes."""
        if not self.env.su:
            self._check_facts(set().union(*vals_list) - {"consignor_id"})
            # A default in the context would be written, too.
            self = self.with_context(clean_context(self.env.context))
        return super().create(vals_list)

    def unlink(self):
        """Override: articles that were not accepted go with their intake, and are given back."""
        self._unlink_except_reviewed()  # before its articles, not after
        self.article_ids.unlink()
        return super().unlink()

    @api.model
    def _check_facts(self, names):
        facts = {"is_from_portal"}
        if not self.env.su:
            facts |= {
                *("company_id", "consignor_id", "name", "picking_ids", "shop_id"),
                *("state", "submitted_at", "reviewed_at"),
                *("agreed_share", "agreed_terms", "signature", "signed_at", "signed_by"),
            }
        if names & facts:
            raise AccessError(
                self.env._("These values are facts and stay: %s.", ", ".join(sorted(names & facts)))
            )

    def _get_untold(self):
        return self.article_ids.filtered(
            lambda article: article.state == "submitted" and article.proposed_price
        )

    def action_propose(self):
        """Button: send the consignor all new prices of this intake in one mail.

        :raise AccessError: the user may not change the intake
        :raise UserError: no new price was typed
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        articles = self._get_untold()
        if not articles:
            raise UserError(self.env._("Type a proposed price in the list first."))
        # Superuser: the right was checked; states are not written by hand.
        articles.sudo().write({"state": "proposed", "declined_price": False})
        self._mail_consignor("consignment_portal.mail_template_proposal")
        return True

    def action_open_articles(self):
        """Show the articles of this intake in a list with photos, to be reviewed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_article_action"
        )
        return {
            **action,
            "domain": [("intake_id", "=", self.id)],
            "context": {},
            "views": [
                (self.env.ref("consignment_portal.consignment_article_view_review").id, "list"),
                (False, "form"),
            ],
        }

    def _tell_rejections(self):
        """Mail the consignor once what was rejected, and why."""
        if self.article_ids.filtered(lambda article: article.state == "rejected"):
            self._mail_consignor("consignment_portal.mail_template_rejections")

    def _mail_consignor(self, xmlid):
        """Send one of the mails about an intake; without an address, note that there is none."""
        self.ensure_one()
        if not self.consignor_id.email:
            self.message_post(
                body=self.env._("There is no e-mail address: tell the consignor yourself.")
            )
            return
        lang = self.consignor_id.partner_id.lang
        subject, body = self.env["portal.mail"]._render(xmlid, self, lang)
        self.env["portal.mail"]._send(self.company_id, self.consignor_id.email, subject, body, lang)
        self.message_post(body=self.env._("Mailed to the consignor: %s", subject))

    def _get_portal_url(self, page):
        """Return the address of a page of the consignor's portal."""
        self.ensure_one()
        return f"{self.shop_id.portal_url}/{page}"
