"""Which login is a consignor's."""

from odoo import SUPERUSER_ID, models
from odoo.fields import Command, Domain

from ..exceptions import ConsignmentError


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _find_login(self, email):
        """Return the login that consignors with an address have or get, as superuser, else none.

        An employee with the address keeps the usual login. Only the holder of the mailbox that
        the login itself names may change its password: a login whose address is another one now
        is somebody else's. One that the shop's own withdrawal archived may come back.

        :param email: normalized
        :raise ConsignmentError: the address is a login that none of this may touch
        """
        # Superuser, archived ones, too: a login is unique in the whole database.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        found = users.search(
            Domain("login", "=ilike", email) | Domain("partner_id.email_normalized", "=", email)
        )
        # The search takes "_" for any character.
        found = found.filtered(
            lambda user: email in (user.login.lower(), user.partner_id.email_normalized)
        )
        active = (self.user_id | found).filtered("active")
        reached = found.filtered(lambda user: user.partner_id.email_normalized == email)
        user = (
            active.filtered(lambda user: not user.share)
            or (active & reached).sorted(lambda user: user not in self.user_id)
            or reached.filtered(lambda user: user._is_ended_consignment_login())
        )[:1]
        if found and not user:
            raise ConsignmentError(
                self.env._(
                    "The address %s belongs to a login that cannot be used here: the shop needs "
                    "another address.",
                    email,
                )
            )
        return user

    def _activate_login(self, email):
        """Return the login of consignors, made or brought back; they are its owners then."""
        user = self._find_login(email) or self._create_login(email)
        if user.share:
            user.with_user(SUPERUSER_ID).write(self._prepare_login_vals(user, email))
        if not user._is_known_to(self):
            user.with_user(SUPERUSER_ID)._take_over()
        if self.user_id != user or len(self.filtered("user_id")) < len(self):
            self.write({"user_id": user.id})
        return user

    def _create_login(self, email):
        contact = self.partner_id[:1]
        # The system's own user: the visitor who holds the link has no rights at all.
        users = self.env["res.users"].with_user(SUPERUSER_ID).with_context(no_reset_password=True)
        user = users._create_user_from_template(
            {
                "login": email,
                "email": email,
                "partner_id": contact.id,
                "company_id": self.company_id.id,
                "company_ids": [Command.set(self.company_id.ids)],
                "is_consignment_login": True,
            }
        )
        return user.with_env(self.env).sudo()  # Superuser: as a login that is found comes

    def _prepare_login_vals(self, user, email):
        """Return what a login needs for this shop.

        One that comes back may have a new address, or was made public by core's own revocation.
        """
        vals = {"company_ids": [Command.link(self.company_id.id)]}
        if user.active:
            return vals
        groups = [
            Command.link(self.env.ref("base.group_portal").id),
            Command.unlink(self.env.ref("base.group_public").id),
        ]
        return {**vals, "active": True, "login": email, "group_ids": groups}
