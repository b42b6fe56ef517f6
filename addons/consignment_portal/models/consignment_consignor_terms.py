"""Who agrees on terms, and what stays once articles were accepted."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import BEFORE_STOCK

#: What is agreed with a consignor about money; administrators write it.
TERMS = {"uses_own_share", "own_share", "vat_mode", "beneficiary_id"}
#: Whose articles they are, and where.
IDENTITY = ("partner_id", "shop_id")


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    may_set_terms = fields.Boolean(
        compute="_compute_may_set_terms", help="Whether you agree on shares and terms."
    )

    @api.depends_context("uid")
    def _compute_may_set_terms(self):
        self.may_set_terms = self._is_manager()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: terms of their own are given by administrators.

        :raise AccessError: somebody else gives them
        """
        # The form sends empty ones, too.
        self._check_terms({name for vals in vals_list for name, value in vals.items() if value})
        return super().create(vals_list)

    def write(self, vals):
        """Override: see :meth:`create`; contact and shop stay once articles were accepted.

        :raise UserError: articles were accepted from the consignor
        """
        self._check_terms(vals.keys())
        if "company_id" in vals and not self.env.su:
            raise AccessError(self.env._("A consignor belongs to the company of the shop."))
        for name in IDENTITY:
            changed = self.filtered(
                lambda consignor, name=name: name in vals and consignor[name].id != vals[name]
            )
            changed._check_no_stock()
        return super().write(vals)

    @api.model
    def _check_terms(self, names):
        if TERMS & set(names) and not (self.env.su or self._is_manager()):
            raise AccessError(
                self.env._("Shares and terms of consignors are agreed on by administrators.")
            )

    @api.model
    def _is_manager(self):
        return self.env.user.has_group("consignment_portal.group_consignment_manager")

    def _check_no_stock(self):
        if self.env["consignment.article"].search_count(
            [("consignor_id", "in", self.ids), ("state", "not in", [*BEFORE_STOCK, "rejected"])],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "Articles of this consignor were accepted: they belong to this contact, in "
                    "this shop. Add another consignor instead."
                )
            )
