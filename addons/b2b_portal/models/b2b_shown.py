from odoo import api, fields, models
from odoo.fields import Domain


class B2bShown(models.AbstractModel):
    """Documents of which business customers see only what the portal shows them.

    Global record rules ask ``b2b_shown`` for portal users; staff are not asked at all.
    """

    _name = "b2b.shown"
    _description = "Document shown in the B2B portal"

    b2b_shown = fields.Boolean(
        string="Shown in the B2B portal",
        compute="_compute_b2b_shown",
        search="_search_b2b_shown",
        compute_sudo=True,
        help="Whether the current user may see the document in the portal; always for staff, and "
        "for portal users who are no business customers.",
    )

    @api.depends_context("uid")
    def _compute_b2b_shown(self):
        shown = self.search(Domain("id", "in", self.ids) & Domain("b2b_shown", "=", True))
        for document in self:
            document.b2b_shown = document in shown

    @api.model
    def _search_b2b_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        member = self.env.user._get_b2b_member()
        shown = self._get_b2b_shown_domain(member) if member else Domain.TRUE
        wanted = {bool(item) for item in value}
        return {0: Domain.FALSE, 2: Domain.TRUE}.get(
            len(wanted), shown if True in wanted else ~shown
        )

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Return the Domain of what a member may see; nothing unless the model says so."""
        return Domain.FALSE
