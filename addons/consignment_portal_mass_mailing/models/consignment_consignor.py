from odoo import api, models
from odoo.tools import email_normalize

from odoo.addons.consignment_portal.exceptions import ConsignmentError


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who wants the newsletter is put on the shop's list."""
        consignors = super().create(vals_list)
        consignors.filtered("newsletter")._sync_newsletter()
        return consignors

    def write(self, vals):
        """Override: the shop's list follows the wish.

        :raise ConsignmentError: the address is on the list of those who want no mailings at all
        """
        if vals.get("newsletter"):
            self._check_not_blacklisted()
        # Who had an old address is taken off the list before it is forgotten.
        leaving = self.filtered("newsletter") if "email" in vals else self.browse()
        leaving._leave_list()
        result = super().write(vals)
        if {"newsletter", "email", "active", "partner_id"} & vals.keys():
            self._sync_newsletter()
        return result

    def _check_not_blacklisted(self):
        emails = list(filter(None, (email_normalize(c.email) for c in self)))
        # Superuser: whether one's own address is on it, nothing else is told.
        if self.env["mail.blacklist"].sudo().search_count([("email", "in", emails)], limit=1):
            raise ConsignmentError(
                self.env._(
                    "This address unsubscribed from all mailings. Its owner can allow them again "
                    "with the link in an earlier newsletter."
                )
            )

    def _sync_newsletter(self):
        """Subscribe those who want the newsletter to their shop's list, and the others not."""
        for shop, consignors in self.grouped("shop_id").items():
            for consignor in consignors:
                consignor._subscribe(shop.mailing_list_id)

    def _subscribe(self, mailing_list):
        self.ensure_one()
        email = email_normalize(self.email)
        if not email or not mailing_list:
            return
        wanted = self._is_newsletter_wanted(email)
        # Superuser: who changes a consignor's wish need not be one who sends mailings. The list
        # is told by a mark that this change comes from here and needs no answer.
        contacts = self.env["mailing.contact"].sudo().with_context(consignment_newsletter=True)
        contact = contacts.search([("email_normalized", "=", email)], limit=1)
        if not contact and wanted:
            contact = contacts.create({"name": self._get_full_name(), "email": email})
        subscription = contact.subscription_ids.filtered(
            lambda subscription: subscription.list_id == mailing_list
        )
        if not subscription and wanted:
            contact.write({"subscription_ids": [(0, 0, {"list_id": mailing_list.id})]})
        elif subscription and subscription.opt_out == wanted:
            subscription.opt_out = not wanted

    def _is_newsletter_wanted(self, email):
        """Tell whether anybody with this address wants this shop's newsletter: two may share it."""
        return any(
            consignor.newsletter and email_normalize(consignor.email) == email
            for consignor in self.search(
                [("shop_id", "=", self.shop_id.id), ("partner_id.email", "ilike", email)]
            )
        )

    def _leave_list(self):
        """Take the present addresses off the list."""
        for consignor in self:
            # Superuser, and the mark: see _subscribe.
            subscriptions = (
                self.env["mailing.subscription"].sudo().with_context(consignment_newsletter=True)
            )
            subscriptions.search(
                [
                    ("list_id", "=", consignor.shop_id.mailing_list_id.id),
                    ("contact_id.email_normalized", "=", email_normalize(consignor.email)),
                ]
            ).opt_out = True

    @api.model
    def _clear_newsletter(self, emails, lists=None):
        """Note that owners of addresses want no newsletter any more.

        :param emails: normalised ones
        :param lists: only of shops with these mailing lists; all without
        """
        emails = list(filter(None, emails))
        if not emails:
            return
        domain = [("newsletter", "=", True), ("partner_id.email_normalized", "in", emails)]
        if lists is not None:
            domain.append(("shop_id.mailing_list_id", "in", lists.ids))
        # Superuser: the wish is the person's own, whoever passed it on.
        self.sudo().search(domain).write({"newsletter": False})
