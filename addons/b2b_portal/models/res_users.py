import secrets

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessDenied
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal_guard.exceptions import LinkInvalid

#: What pages read of a membership, with the query that finds it.
MEMBER_FIELDS = [
    "company_id",
    "customer_id",
    "is_limited",
    "last_visit",
    "partner_id",
    "role",
    "sees",
    "spending_limit",
    "state",
    "user_id",
]


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_b2b_member(self):
        """Return the user's active membership of a business customer, as superuser; or none.

        None for staff, for customers whose access was revoked, and while the company's portal is
        off. Everything a customer does in the portal starts here.
        """
        # Superuser: members have no right on this model; it is their own row.
        members = self.env["b2b.member"].sudo()
        if not self.share or not self.active or self._is_public():
            return members
        # A page asks several times, and so do record rules; what was found holds while the request's
        # transaction sees the same rows, and is forgotten when it is rolled back and run again.
        known, key = self.env.cr.cache if request else {}, ("b2b_member", self.id)
        if key in known:
            return members.browse(known[key])
        found = members.search_fetch(
            Domain("user_id", "=", self.id) & members._get_usable_domain(),
            MEMBER_FIELDS,
            order="id",
            limit=1,
        )
        if found:
            known[key] = found.id
            self.env.cr.postrollback.add(lambda: known.pop(key, None))
        return found

    @api.model
    def _get_b2b_acting_user(self):
        """Return who pressed: the environment's user, or the request's where core hides it.

        Core's pages for quotations go on as OdooBot once they have checked the link.
        """
        if self.env.uid == SUPERUSER_ID and request and request.env and request.env.uid:
            return request.env.user
        return self.env.user

    def _get_b2b_cart_summary(self, member=None):
        """Return what the header's badge shows, see ``sale.order``; None for others.

        Used by every page of the portal; two queries for members, none for staff.
        """
        member = self._get_b2b_member() if member is None else member
        if not member or not member._may_order():
            return None
        return self.env["sale.order"]._summarize_b2b_cart(member)

    def _check_credentials(self, credential, env):
        """Override of ``base``: a link of the portal logs in once, without a password."""
        if credential.get("type") != "b2b_link":
            return super()._check_credentials(credential, env)
        try:
            self.env["b2b.invitation"]._use(credential["token"], self)
        except LinkInvalid as error:
            raise AccessDenied(str(error)) from error
        # A second factor that the person has set up is asked for as ever.
        return {"uid": self.id, "auth_method": "b2b_link", "mfa": "default"}

    def _end_b2b_login(self):
        """Archive a login for good: no session, password, API key or trusted device survives."""
        # Sessions hang on the password and on being active; a new password keeps them dead when
        # the login is brought back by a later invitation.
        self.write({"active": False, "password": secrets.token_urlsafe(32)})
        self._forget_keys()
        self.partner_id.signup_cancel()
