"""The look of a shop's pages."""

from odoo import api, fields, models

from ..rules import colors


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    skin_style = fields.Char(
        compute="_compute_skin_style",
        help="The style that the own colour makes, for the preview of the looks.",
    )

    @api.depends("color")
    def _compute_skin_style(self):
        for shop in self:
            shop.skin_style = shop._make_style()

    def _get_skin_style(self):
        """Return the style of the pages' frame where the shop has a colour of its own, else none."""
        return self._make_style() if self.skin == "own" else ""

    def _make_style(self):
        # Judged anew, whatever way it came into the database: nothing but colours gets out.
        palette = colors.make_palette((self.color or "").strip().lower()) or {}
        return "".join(f"--consign-{name}: {color};" for name, color in palette.items())
