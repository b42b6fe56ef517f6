from odoo import api, fields, models


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    mailing_list_id = fields.Many2one(
        comodel_name="mailing.list",
        string="Newsletter",
        index="btree_not_null",
        help="Consignors who want the newsletter are on this list; who unsubscribes there is not "
        "marked as wanting it any more. Left empty, a list is made.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: shops get a mailing list."""
        shops = super().create(vals_list)
        shops._ensure_mailing_lists()
        return shops

    def write(self, vals):
        """Override: another list gets the consignors who want the newsletter."""
        result = super().write(vals)
        if "mailing_list_id" in vals:
            self._ensure_mailing_lists()
        return result

    def _ensure_mailing_lists(self):
        for shop in self:
            if not shop.mailing_list_id:
                # Superuser: who manages shops need not be one who sends mailings.
                lists = self.env["mailing.list"].sudo()
                shop.mailing_list_id = lists.create({"name": shop.display_name})
            shop.with_context(active_test=False).consignor_ids._sync_newsletter()
