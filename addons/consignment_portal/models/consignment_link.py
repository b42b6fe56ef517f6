from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.portal_guard.exceptions import LinkInvalid

from ..const import ACTIVATION_DAYS, LINK_MINUTES


class ConsignmentLink(models.Model):
    """A link with which a consignor gets a login of the shop, or a new password.

    It belongs to an address in a shop: whoever reads its mail is all consignors with it there.
    Locks are taken in the order consignors, link.
    """

    _name = "consignment.link"
    _description = "Link to the consignment portal"
    _inherit = ["portal.link"]

    shop_id = fields.Many2one(
        comodel_name="consignment.shop",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The shop whose pages the link opens.",
    )
    email = fields.Char(
        required=True, readonly=True, help="Where it was sent, as a normalized address."
    )

    # However two senders interleave, one link is open for an address.
    _open_unique = models.UniqueIndex(
        "(shop_id, email) WHERE used_at IS NULL AND superseded_at IS NULL",
        "A newer link was just sent; try again.",
    )

    @api.model
    def _issue(self, consignors, *, asked=False):
        """Make a link for consignors of one shop and address, and end the earlier one.

        :param asked: by the consignor, who waits for it now; else staff sends it
        :return: the secret, known to nobody else from here on
        """
        consignors._lock_access()
        self._supersede(consignors)
        lifetime = {"minutes": LINK_MINUTES} if asked else {"days": ACTIVATION_DAYS}
        return self._make(
            lifetime,
            {
                "shop_id": consignors.shop_id.id,
                "email": consignors.partner_id[:1].email_normalized,
            },
        )

    @api.model
    def _supersede(self, consignors, emails=()):
        """Make the open links of consignors worthless.

        :param emails: addresses that they had until now
        """
        addresses = {*consignors.partner_id.mapped("email_normalized"), *emails} - {False}
        self._supersede_matching(
            Domain("shop_id", "in", consignors.shop_id.ids) & Domain("email", "in", addresses)
        )

    @api.model
    def _find(self, token):
        """Override of ``portal.link``: of consignors who still have this address and may log in."""
        link = super()._find(token)
        return link if link._get_consignors() else link.browse()

    def _get_consignors(self):
        """Return whom the link is for, as superuser."""
        return self.shop_id._find_consignors(self.email)

    def _get_known_login(self):
        """Return the login that the address surely has already, as superuser, else none."""
        consignors = self._get_consignors()
        user = consignors._find_login(self.email)
        return user.filtered(lambda user: user.active and user._is_known_to(consignors))

    @api.model
    def _redeem(self, shop, token, password="", repeated="", *, keep=False):
        """Make consignors and a login one; the login itself uses the link up.

        An employee's password is never set by a link, and nobody logs in as an employee by one.

        :param keep: the person wants to keep the password of a login that exists already
        :return: the credential for the session's ``authenticate`` in this same transaction; None
            where the person has to log in with a password, and the link is used up
        :raise LinkInvalid: the link does not open this shop (any more)
        :raise WeakPassword: the password breaks a rule or was mistyped; the link stays open
        :raise ConsignmentError: the address is somebody else's login
        """
        link = self._find(token).filtered(lambda link: link.shop_id == shop)
        link._lock()
        known = link._get_known_login()
        user = link._get_consignors()._activate_login(link.email)
        if not user.share or (keep and user == known):
            link.used_at = fields.Datetime.now()
            return None
        self._choose_password(user, password, repeated)
        return {"type": "consignment_link", "login": user.login, "token": token}

    @api.model
    def _use(self, token, user):
        """Use a link up for a user's login.

        :raise LinkInvalid: it does not open the portal (any more), or is another person's
        """
        link = self._find(token)
        if user not in link._get_consignors().user_id or not user.share:
            raise LinkInvalid(self._get_invalid_sentence())
        link._lock()
        link.used_at = fields.Datetime.now()

    def _lock(self):
        """Let nobody else use, supersede or withdraw the link until the transaction's end."""
        self._get_consignors()._lock_access()
        self._lock_open()
