from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _get_removal_losses(self, names):
        """Override: what is the consignors': articles in the shops, and shares that are not paid."""
        losses = super()._get_removal_losses(names)
        if "consignment_portal" not in names:
            return losses
        # Superuser: all companies' count; numbers alone are told.
        articles = self.env["consignment.article"].sudo().search_count([("state", "=", "stock")])
        if articles:
            losses.append(
                self.env._(
                    "Articles in the shops that belong to consignors (%s): whose they are, their "
                    "share and their return date. Products and stock stay.",
                    articles,
                )
            )
        open_sales = [("settlement_state", "=", "open")]
        # Superuser: as above.
        sales = self.env["consignment.sale"].sudo().search_count(open_sales)
        if sales:
            losses.append(
                self.env._(
                    "Sales whose share no consignor was given yet: %s. Settle them first; bills "
                    "stay in the books.",
                    sales,
                )
            )
        return losses
