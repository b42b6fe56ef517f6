from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: By these an establishment is found, is told what others do, and reckons its days.
OWN_FIELDS = frozenset({"name", "email", "phone", "tz"})


class ResPartner(models.Model):
    """The contact of an establishment is its own: others do not redirect its mail.

    Whoever may make agreements may write contacts, and contacts of companies are everybody's.
    """

    _inherit = "res.partner"

    def write(self, vals):
        """Override: an establishment's contact is changed by its own people.

        :raise AccessError: the contact is that of an establishment of others that has agreements
            or is open to them
        """
        if not self.env.su and vals.keys() & OWN_FIELDS:
            self._check_own_establishment()
        return super().write(vals)

    def _check_own_establishment(self):
        if self.env.user.has_group("base.group_system"):
            return
        # Superuser: whose contact it is; users see only their own companies.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        domain = Domain("partner_id", "in", self.ids)
        domain &= Domain("id", "not in", self.env.user.company_ids.ids)
        for company in companies.search(domain):
            if company._is_in_agreements():
                raise AccessError(
                    self.env._(
                        "%s is an establishment of others: its name, e-mail address, phone number "
                        "and time zone are changed by its own people.",
                        company.name,
                    )
                )
