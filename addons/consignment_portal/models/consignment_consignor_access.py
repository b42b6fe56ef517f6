"""How a consignor gets access to the portal, and out of it."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

#: Fields that only the steps of this file write.
ACCESS_FIELDS = {"user_id", "access_sent_at", "access_state", "access_withdrawn"}


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    access_sent_at = fields.Datetime(
        string="Access sent",
        readonly=True,
        copy=False,
        help="When staff last sent a mail with a link.",
    )
    access_withdrawn = fields.Boolean(
        readonly=True, copy=False, help="Asking for a link sends nothing until staff sends one."
    )
    access_state = fields.Selection(
        selection=[
            ("none", "No access"),
            ("sent", "Mail sent"),
            ("active", "Has access"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Portal access",
        compute="_compute_access_state",
        store=True,
        help="Without access a consignor may still ask for a link on the shop's page, with the "
        "e-mail address above; withdrawn, that sends nothing.",
    )

    @api.depends("access_sent_at", "access_withdrawn", "user_id")
    def _compute_access_state(self):
        for consignor in self:
            if consignor.access_withdrawn:
                consignor.access_state = "withdrawn"
            elif consignor.user_id:
                consignor.access_state = "active"
            else:
                consignor.access_state = "sent" if consignor.access_sent_at else "none"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a login is given by a link only.

        :raise AccessError: staff sets what only the portal's own steps may
        """
        self._check_access_fields({field for vals in vals_list for field in vals})
        return super().create(vals_list)

    def write(self, vals):
        """Override: whose contact or shop changes, or who is archived, loses the access at once.

        :raise AccessError: see :meth:`create`
        """
        self._check_access_fields(vals.keys())
        ending = self.filtered(
            lambda consignor: (
                ("active" in vals and not vals["active"] and consignor.active)
                or any(
                    field in vals and vals[field] != consignor[field].id
                    for field in ("partner_id", "shop_id")
                )
            )
        )
        if ending:
            ending._end_access()
        return super().write(vals)

    @api.model
    def _check_access_fields(self, names):
        if not self.env.su and ACCESS_FIELDS & set(names):
            raise AccessError(
                self.env._("Send the consignor access: the login comes with the link in the mail.")
            )

    def action_send_access(self):
        """Send each consignor a mail with a fresh link.

        :raise UserError: somebody cannot get one; the sentence says who and what to do
        """
        self.check_access("write")
        self._check_sendable()
        # Superuser: only this step notes that access was sent.
        self.sudo().write({"access_sent_at": fields.Datetime.now(), "access_withdrawn": False})
        for consignors in self.grouped(
            lambda consignor: (consignor.shop_id, consignor.partner_id.email_normalized)
        ).values():
            consignors._send_link()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("Mails with a link are on their way: %s", len(self)),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_withdraw_access(self):
        """End the access of consignors at once; asking for a link sends nothing any more."""
        self.check_access("write")
        self._end_access()
        # Superuser: only this step notes it.
        self.sudo().access_withdrawn = True
        for consignor in self:
            consignor._message_log(body=self.env._("Access to the portal withdrawn."))
        return True

    def _check_sendable(self):
        for consignor in self:
            name = consignor.display_name
            if not consignor.active or not consignor.shop_id.portal_active:
                raise UserError(
                    self.env._("The portal is closed for %s. Open it, or unarchive them.", name)
                )
            if not consignor.partner_id.email_normalized:
                raise UserError(self.env._("%s needs an e-mail address first.", name))
            # Superuser: logins are no business of the shop's staff but here.
            consignor.sudo()._find_login(consignor.partner_id.email_normalized)

    def _send_link(self, *, asked=False):
        """Send a fresh link to consignors of one shop and address.

        :param asked: by the consignor, see ``consignment.link._issue``
        :raise ConsignmentError: the address is somebody else's login
        """
        # Superuser: logins and links are no business of the shop's staff but here.
        consignors = self.sudo()
        first = consignors[:1]
        email = first.partner_id.email_normalized
        consignors._find_login(email)
        token = self.env["consignment.link"]._issue(consignors, asked=asked)
        mails = self.env["portal.mail"]
        subject, body = mails._render(
            "consignment_portal.mail_template_access",
            first,
            first.partner_id.lang,
            consign_asked=asked,
            consign_link=f"{first.shop_id.portal_url}/link/{token}",
        )
        mails._send(first.company_id, email, subject, body, first.partner_id.lang)
        for consignor in self:
            consignor._message_log(body=self.env._("A link to the portal was sent."))

    def _end_access(self, emails=()):
        """End links, and the login where it was made for consignors and serves no other.

        A login that exists for other purposes goes on without this shop: each page asks whose
        it is.

        :param emails: addresses that they had until now
        """
        self._lock_access()
        consignors = self.sudo()  # Superuser: the right on the consignor is the one that counts
        consignors.env["consignment.link"]._supersede(consignors, emails)
        users = consignors.user_id
        consignors.write({"user_id": False, "access_sent_at": False})
        users.with_user(SUPERUSER_ID)._end_consignment_login()

    def _lock_access(self):
        """Make everybody else who changes the same people's access wait, and then look again."""
        # Touched, not only locked: under REPEATABLE READ only a changed row makes the other one
        # run again on what is true then. Ordered, so that two cannot lock each other.
        self.env.cr.execute(
            "UPDATE consignment_consignor SET write_date = write_date WHERE id IN"
            " (SELECT id FROM consignment_consignor WHERE id = ANY(%s) ORDER BY id FOR UPDATE)",
            [self.ids],
        )
