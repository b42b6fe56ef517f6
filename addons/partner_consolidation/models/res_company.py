from odoo import fields, models
from odoo.fields import Domain

GROUP = "partner_consolidation.group_consolidation"


class ResCompany(models.Model):
    """Whether an establishment can be found for an agreement, and who answers for it."""

    _inherit = "res.company"

    consolidation_open = fields.Boolean(
        string="Open to agreements",
        help="Other establishments that know your e-mail address can ask that their clients be "
        "served at yours. Off: nobody finds you.",
    )
    consolidation_user_id = fields.Many2one(
        "res.users",
        string="Responsible for agreements",
        ondelete="set null",
        help="Gets the tasks about agreements; without one, everybody of the establishment who "
        "may make agreements does.",
    )

    def _get_consolidation_users(self):
        """Return the users who are told about agreements of the company."""
        self.ensure_one()
        # Superuser: who may make agreements is not the other side's to see, but to be told.
        group = self.env.ref(GROUP).sudo()
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )
        responsible = self.sudo().consolidation_user_id  # as above
        if responsible in users:
            return responsible
        return users.filtered(lambda user: user.company_id == self) or users

    def _is_in_agreements(self):
        """Whether it is open to agreements, or has had one."""
        self.ensure_one()
        sides = Domain("sender_id", "=", self.id) | Domain("accepter_id", "=", self.id)
        # Superuser: whoever asks need not see the agreements, only that there are some.
        company = self.sudo()
        agreements = company.env["consolidation.agreement"]
        return company.consolidation_open or bool(agreements.search_count(sides, limit=1))

    def _find_open_establishments(self, email):
        """Return companies of this e-mail address that are open to agreements, but not this one.

        One search, whatever is there: that an establishment exists but is not open takes the same
        queries as that there is none.

        :param str email: normalised
        """
        self.ensure_one()
        domain = Domain("consolidation_open", "=", True) & Domain("id", "!=", self.id)
        domain &= Domain("partner_id.email_normalized", "=", email)
        # Superuser: users see only their own companies; the setting opens this one.
        return self.env["res.company"].sudo().search(domain)
