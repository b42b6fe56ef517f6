import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SHOP_IN_SHOP_PREFIXES, SKINS

NUMBER = re.compile(r"[0-9]{5}")


class ConsignmentShop(models.Model):
    """A shop that sells articles for their owners."""

    _name = "consignment.shop"
    _description = "Consignment shop"
    _inherit = ["mail.thread"]
    _order = "number"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True

    number = fields.Char(
        required=True,
        tracking=True,
        help="Five digits, as on the address of the shop's page. A number that begins with 300 or "
        "600 is a shop-in-shop: there consignors may enter their articles themselves.",
    )
    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        required=True,
        check_company=True,
        default=lambda self: self.env.user._get_default_warehouse_id(),
        help="Where accepted articles are put, and sold from.",
    )
    is_shop_in_shop = fields.Boolean(
        string="Shop-in-shop",
        compute="_compute_is_shop_in_shop",
        store=True,
        help="The number begins with 300 or 600.",
    )
    portal_active = fields.Boolean(
        string="Portal open",
        default=True,
        tracking=True,
        help="Consignors of this shop can log in. Switched off, its page answers as if the shop "
        "did not exist.",
    )
    portal_url = fields.Char(
        string="Address for consignors",
        compute="_compute_portal_url",
        help="Tell it to your consignors, or print it on the receipt.",
    )
    skin = fields.Selection(
        selection=SKINS,
        required=True,
        default="classic",
        help="The look of this shop's pages for consignors.",
    )
    color = fields.Char(
        string="Colour",
        default="#4b5fa6",
        help="For the look “Own colour”: # and six digits, such as #4b5fa6. Texts on it become "
        "light or dark by themselves.",
    )
    share = fields.Float(
        string="Consignor's share (%)",
        digits=(5, 2),
        required=True,
        default=50,
        tracking=True,
        help="Percent of the price that a consignor gets when an article is sold, unless agreed "
        "otherwise.",
    )
    return_days = fields.Integer(
        string="Days in the shop",
        required=True,
        default=90,
        help="Days from acceptance to the return date of an article.",
    )
    terms = fields.Html(
        translate=True,
        help="Shown to consignors before they submit an intake, and printed on its receipt.",
    )
    consignor_ids = fields.One2many("consignment.consignor", "shop_id", string="Consignors")
    consignor_count = fields.Integer(compute="_compute_consignor_count")

    _number_unique = models.UniqueIndex("(number)", "Another shop has this number.")
    _number_digits = models.Constraint(
        "CHECK (number ~ '^[0-9]{5}$')", "The number of a shop is five digits, such as 30012."
    )
    _color_hex = models.Constraint(
        "CHECK (color ~ '^#[0-9a-f]{6}$')",
        "A colour is # and six digits or letters a to f, such as #4b5fa6.",
    )
    _share_percent = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share is between 0 and 100 percent."
    )
    _return_days_positive = models.Constraint(
        "CHECK (return_days BETWEEN 1 AND 3650)", "Articles stay between 1 and 3,650 days."
    )

    @api.depends("number")
    def _compute_is_shop_in_shop(self):
        for shop in self:
            shop.is_shop_in_shop = (shop.number or "").startswith(SHOP_IN_SHOP_PREFIXES)

    @api.depends("number")
    def _compute_portal_url(self):
        for shop in self:
            shop.portal_url = f"{shop.get_base_url()}/consign/{shop.number or ''}"

    def _compute_consignor_count(self):
        counts = dict(
            self.env["consignment.consignor"]._read_group(
                [("shop_id", "in", self.ids)], ["shop_id"], ["__count"]
            )
        )
        for shop in self:
            shop.consignor_count = counts.get(shop, 0)

    @api.depends("number", "name")
    def _compute_display_name(self):
        for shop in self:
            shop.display_name = f"{shop.number or ''} {shop.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: colours are kept in lower case, as the database demands them."""
        return super().create([self._clean_color(vals) for vals in vals_list])

    def write(self, vals):
        """Override: see :meth:`create`; a shop stays with the company of its consignors.

        Its number stays while articles are in it: their labels lead to that address.

        :raise UserError: it has consignors, whose stock and settlements are that company's, or stock
        """
        if "number" in vals:
            self.filtered(lambda shop: shop.number != vals["number"])._check_no_labels()
        if "company_id" in vals:
            moved = self.filtered(lambda shop: shop.company_id.id != vals["company_id"])
            # Superuser: archived ones and those of every company count, too.
            consignors = self.env["consignment.consignor"].sudo().with_context(active_test=False)
            if consignors.search_count([("shop_id", "in", moved.ids)], limit=1):
                raise UserError(
                    self.env._("The shop has consignors: make another shop in the other company.")
                )
        return super().write(self._clean_color(vals))

    def _check_no_labels(self):
        # Superuser: stock of every company counts.
        articles = self.env["consignment.article"].sudo()
        count = articles.search_count([("shop_id", "in", self.ids), ("state", "=", "stock")])
        if count:
            raise UserError(
                self.env._(
                    "Labels of articles on sale (%s) lead to the shop's number: it can be changed "
                    "when none is left.",
                    count,
                )
            )

    @api.model
    def _clean_color(self, vals):
        return {**vals, "color": vals["color"].strip().lower()} if vals.get("color") else vals

    @api.model
    def _is_number(self, text):
        """Tell whether a text may be the number of a shop: five digits."""
        return isinstance(text, str) and bool(NUMBER.fullmatch(text))

    @api.model
    def _find_open(self, number):
        """Return the shop of a number as superuser while its portal is open, else none.

        :param number: what stands in the address; may be anything
        """
        # Superuser: visitors have no right on shops; they see what the page shows of this one.
        sudo = self.sudo()
        if not self._is_number(number):
            return sudo.browse()
        # Read at once: every page of the portal starts here.
        return sudo.search_fetch([("number", "=", number), ("portal_active", "=", True)])

    def action_open_consignors(self):
        """Show the consignors of the shop."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_consignor_action"
        )
        return {
            **action,
            "domain": [("shop_id", "=", self.id)],
            "context": {"default_shop_id": self.id},
        }

    def action_open_portal(self):
        """Open the shop's page as its consignors see it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/consign/{self.number}", "target": "new"}
