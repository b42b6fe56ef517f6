import secrets

from odoo import fields, models
from odoo.exceptions import AccessDenied

from odoo.addons.portal_guard.exceptions import LinkInvalid
from odoo.addons.portal_guard.rules import passwords


class ResUsers(models.Model):
    _inherit = "res.users"

    consignment_consignor_ids = fields.One2many(
        comodel_name="consignment.consignor",
        inverse_name="user_id",
        string="Consignor",
        groups="consignment_portal.group_consignment_user",
        help="As whom the login sees the pages of consignment shops.",
    )
    is_consignment_login = fields.Boolean(
        string="Made for consignors",
        readonly=True,
        copy=False,
        groups="consignment_portal.group_consignment_user",
        help="The login was made by a link of the consignment portal, and ends with the access.",
    )

    def _get_consignors(self, shop):
        """Return, as superuser, what the user is as a consignor of a shop whose portal is open.

        Every page for consignors starts here. Usually one record; two where two consignors share
        an e-mail address and so a login.

        :param shop: see ``consignment.shop._find_open``
        """
        self.ensure_one()
        # Superuser: consignors have no right on the models; each sees what its pages show.
        consignors = self.env["consignment.consignor"].sudo()
        if self._is_public() or not shop:
            return consignors
        # Read at once: every page for consignors starts here.
        return consignors.search_fetch([("shop_id", "=", shop.id), ("user_id", "=", self.id)])

    def _check_credentials(self, credential, env):
        """Override of ``base``: a link of the portal logs in once, without a password."""
        if credential.get("type") != "consignment_link":
            return super()._check_credentials(credential, env)
        try:
            self.env["consignment.link"]._use(credential["token"], self)
        except LinkInvalid as error:
            raise AccessDenied(str(error)) from error
        # A second factor that the person has set up is asked for as ever.
        return {"uid": self.id, "auth_method": "consignment_link", "mfa": "default"}

    def _get_password_terms(self):
        """Override of ``portal_guard``: nor the name of a shop where the person consigns."""
        shops = self.sudo().consignment_consignor_ids.shop_id  # Superuser: names only
        terms = passwords.split_terms(shops.mapped("name"))
        return [*super()._get_password_terms(), *terms]

    def _is_known_to(self, consignors):
        """Tell whether the login is surely of the people that these consignors are.

        Anybody may sign up on a website with somebody else's address, or give a login that address
        later, and wait there for the owner of the mailbox: such a login is taken over, never
        joined. What counts is the mail that its owner has read, as a link was used; or that it is
        the contact's own, named as the address, which nobody changes for themselves.
        """
        self.ensure_one()
        user = self.sudo()  # Superuser: see consignment.consignor._find_login
        addresses = set(consignors.partner_id.mapped("email_normalized"))
        # Searched for: the field's cache may still name one whose access has just ended.
        joined = user.env["consignment.consignor"].search([("user_id", "=", user.id)])
        proven = set(joined.partner_id.mapped("email_normalized"))
        return bool(
            not user.share
            or (user.partner_id in consignors.partner_id and user.login.lower() in addresses)
            or proven & addresses
        )

    def _take_over(self):
        """Close every way into the login that whoever had it until now may know.

        As whom that person saw other shops, the new owner does not.
        """
        self.consignment_consignor_ids.user_id = False
        self._forget_keys()
        self.password = secrets.token_urlsafe(32)
        if "totp_secret" in self._fields:  # module auth_totp
            self.totp_secret = False

    def _is_ended_consignment_login(self):
        """Tell whether the login was archived because its last access as a consignor ended."""
        # Superuser: see consignment.consignor._find_login.
        user = self.sudo()
        owners = user.with_context(active_test=False).consignment_consignor_ids
        return not user.active and user.share and user.is_consignment_login and not owners

    def _end_consignment_login(self):
        """Archive logins that were made for consignors and serve none any more.

        Their sessions end, and bringing them back later brings no password back.
        """
        for user in self.with_context(active_test=False):
            if (
                user.share
                and user.active
                and user.is_consignment_login
                and not user.consignment_consignor_ids
            ):
                user.write({"active": False, "password": secrets.token_urlsafe(32)})
                user._forget_keys()
