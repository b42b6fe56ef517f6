from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: a shop, its terms, where shares are booked, and the first consignor."""
        # sudo: an administrator need not be in the group; numbers and the shops' names are shown.
        shops = self.env["consignment.shop"].sudo().search(self._of_company(), limit=100)
        return [
            *super()._get_steps(),
            self._get_consignment_shop_step(shops),
            self._get_consignment_terms_step(shops),
            self._get_consignment_account_step(shops),
            self._get_consignment_consignors_step(),
        ]

    @api.model
    def _get_consignment_shop_step(self, shops):
        return Step(
            key="consignment_portal.shop",
            title=self.env._("A shop"),
            why=self.env._("Its five digits are the address where its consignors log in."),
            finding=", ".join(shops.mapped("display_name")) or self._get_no_shop_words(),
            done=bool(shops),
            action="consignment_portal.consignment_shop_action",
        )

    @api.model
    def _get_no_shop_words(self):
        return self.env._("There is no shop yet.")

    @api.model
    def _get_consignment_terms_step(self, shops):
        missing = shops.filtered(lambda shop: not shop.terms)
        if missing:
            finding = self.env._("No terms yet: %s.", ", ".join(missing.mapped("display_name")))
        else:
            finding = self.env._("Each shop has its terms.")
        return Step(
            key="consignment_portal.terms",
            title=self.env._("Terms for consignors"),
            why=self.env._(
                "Consignors agree to them with each intake, and keep those of that day: share, time"
                " on sale, what becomes of articles afterwards."
            ),
            finding=finding if shops else self._get_no_shop_words(),
            done=bool(shops) and not missing,
            action="consignment_portal.consignment_shop_action",
        )

    @api.model
    def _get_consignment_account_step(self, shops):
        accounts = shops._find_share_accounts()
        missing = shops.filtered(lambda shop: not accounts[shop])
        if missing:
            finding = missing[0]._get_no_share_account_words()
        else:
            finding = self.env._("Ready.") if shops else self._get_no_shop_words()
        return Step(
            key="consignment_portal.account",
            title=self.env._("Where shares are booked"),
            why=self.env._("Settlements become bills of the consignors, on this account."),
            finding=finding,
            done=bool(shops) and not missing,
            action="consignment_portal.consignment_shop_action",
        )

    @api.model
    def _get_consignment_consignors_step(self):
        consignors = self._how_many("consignment.consignor", self._of_company())
        logins = self._how_many("consignment.consignor", self._of_company(("user_id", "!=", False)))
        return Step(
            key="consignment_portal.consignors",
            title=self.env._("First consignor"),
            why=self.env._("Add a person with an e-mail address, and press “Send access”."),
            finding=self.env._(
                "%(consignors)s consignor(s), %(logins)s with a login.",
                consignors=consignors,
                logins=logins,
            ),
            done=bool(logins),
            action="consignment_portal.consignment_consignor_action",
        )
