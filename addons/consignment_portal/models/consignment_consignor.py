from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import END_CHOICES, MAX_QUOTA
from ..exceptions import QuotaExceeded

#: What consignors have of their contact.
ADDRESS = frozenset(("street", "zip", "city", "country_id", "phone", "email", "vat"))


class ConsignmentConsignor(models.Model):
    """A person whose articles a shop sells; one record for each shop."""

    _name = "consignment.consignor"
    _description = "Consignor"
    _inherit = ["mail.thread"]
    _order = "shop_id, number"
    _rec_names_search = ["number", "partner_id"]
    _check_company_auto = True

    shop_id = fields.Many2one(
        comodel_name="consignment.shop", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="shop_id.currency_id")
    number = fields.Char(
        required=True,
        copy=False,
        default="",
        help="Unique in the shop; the next free one is proposed.",
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        index=True,
        ondelete="restrict",
        copy=False,
        check_company=True,
        help="The owner of the articles in stock and on vendor bills. Left empty, one is made.",
    )
    first_name = fields.Char(tracking=True)
    last_name = fields.Char(string="Name", required=True, tracking=True)
    street = fields.Char(related="partner_id.street", readonly=False)
    zip = fields.Char(related="partner_id.zip", readonly=False)
    city = fields.Char(string="Town", related="partner_id.city", readonly=False)
    country_id = fields.Many2one(related="partner_id.country_id", readonly=False)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(
        related="partner_id.email",
        readonly=False,
        help="Where mails go, and with which the consignor logs in.",
    )
    is_charity = fields.Boolean(
        string="Charity",
        tracking=True,
        help="A charity: no reminders, no return; its share is paid to it like anybody's.",
    )
    newsletter = fields.Boolean(help="Gets the shop's newsletter.")
    uses_own_share = fields.Boolean(
        string="Own share", tracking=True, help="Another share was agreed than the shop's."
    )
    own_share = fields.Float(
        string="Own share (%)",
        digits=(5, 2),
        tracking=True,
        help="Percent of the price; counts where “Own share” is ticked.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        compute="_compute_share",
        help="What counts for articles accepted from now on: the own share, else the shop's.",
    )
    entry_allowed = fields.Boolean(
        string="May enter articles",
        tracking=True,
        help="In a shop-in-shop: this consignor enters articles at home.",
    )
    entry_quota = fields.Integer(
        string="Articles left to enter",
        tracking=True,
        help="How many articles the consignor may still enter for the next intake, 200 at most. "
        "It goes down by itself with every article; set it anew for the next intake.",
    )
    entry_granted = fields.Integer(
        string="Articles ever permitted",
        readonly=True,
        copy=False,
        help="What was left when the number was last set, and what had been entered until then.",
    )
    reminder_wanted = fields.Boolean(
        string="E-mail before return date",
        default=True,
        help="Gets a mail some days before the return date of articles.",
    )
    agenda_wanted = fields.Boolean(
        string="Agenda note", help="The shop's calendar notes the return dates."
    )
    end_choice = fields.Selection(
        selection=END_CHOICES,
        string="After the return date",
        required=True,
        default="return",
        help="What happens with articles on their return date, unless chosen otherwise for one.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Login",
        copy=False,
        index="btree_not_null",
        readonly=True,
        help="Set when the consignor activates access with the link in the mail.",
    )
    article_ids = fields.One2many("consignment.article", "consignor_id", string="Articles")
    article_count = fields.Integer(compute="_compute_article_count")

    _number_unique = models.UniqueIndex(
        "(shop_id, number)", "Another consignor of this shop has this number."
    )
    # One person may consign to several shops; twice in one shop only as two contacts.
    _partner_unique = models.UniqueIndex(
        "(shop_id, partner_id)", "This contact is a consignor of this shop already."
    )
    _share_percent = models.Constraint(
        "CHECK (own_share >= 0 AND own_share <= 100)", "A share is between 0 and 100 percent."
    )
    _quota_range = models.Constraint(
        f"CHECK (entry_quota BETWEEN 0 AND {MAX_QUOTA})",
        f"A consignor may enter between 0 and {MAX_QUOTA} articles for an intake.",
    )

    @api.depends("uses_own_share", "own_share", "shop_id.share")
    def _compute_share(self):
        for consignor in self:
            own = consignor.uses_own_share
            consignor.share = consignor.own_share if own else consignor.shop_id.share

    def _compute_article_count(self):
        counts = dict(
            self.env["consignment.article"]._read_group(
                [("consignor_id", "in", self.ids)], ["consignor_id"], ["__count"]
            )
        )
        for consignor in self:
            consignor.article_count = counts.get(consignor, 0)

    @api.depends("number", "first_name", "last_name")
    def _compute_display_name(self):
        for consignor in self:
            consignor.display_name = (
                f"{consignor.number or ''} {consignor._get_full_name()}".strip()
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: consignors get the next number of their shop, and a contact."""
        proposed = {}  # of each shop: several may be entered at once
        for vals in vals_list:
            shop = self.env["consignment.shop"].browse(vals.get("shop_id"))
            vals["number"] = (vals.get("number") or "").strip()
            if not vals["number"]:
                proposed[shop] = max(proposed.get(shop, 0) + 1, self._get_next_number(shop))
                vals["number"] = str(proposed[shop])
            if not vals.get("partner_id"):
                vals["partner_id"] = self._create_contact(vals, shop).id
        consignors = super().create(vals_list)
        consignors._note_granted()
        return consignors

    def write(self, vals):
        """Override: name and address are the contact's; a new number of articles is noted."""
        self.check_access("write")
        address = {name: vals[name] for name in vals if name in ADDRESS}
        result = super().write({name: vals[name] for name in vals if name not in ADDRESS})
        if "entry_quota" in vals:
            self._note_granted()
        is_renamed = bool({"first_name", "last_name"} & vals.keys())
        if address or is_renamed:
            for consignor in self:
                name = {"name": consignor._get_full_name()} if is_renamed else {}
                consignor._get_contact().write({**address, **name})
        return result

    def _get_contact(self):
        """Return the contact as one whose name and address the user may change."""
        # Superuser: the right on the consignor is the one that counts; not for an employee.
        contact = self.sudo().partner_id
        return contact if contact.partner_share else self.partner_id

    @api.constrains("partner_id")
    def _check_partner_id(self):
        # Superuser: every company's contact, whoever enters consignors.
        companies = self.env["res.company"].sudo()
        if companies.search_count([("partner_id", "in", self.partner_id.ids)], limit=1):
            raise ValidationError(self.env._("A company of yours is no consignor of its own shop."))

    @api.model
    def _get_next_number(self, shop):
        """Return the number after the shop's highest; two at once: the unique index decides."""
        self.flush_model(["number", "shop_id"])
        # SQL: numbers are texts, the highest one is found among those that are digits only.
        self.env.cr.execute(
            "SELECT coalesce(max(number::bigint), 0) + 1 FROM consignment_consignor"
            " WHERE shop_id = %s AND number ~ '^[0-9]{1,12}$'",
            [shop.id or None],
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _create_contact(self, vals, shop):
        name = " ".join(filter(None, (vals.get("first_name"), vals.get("last_name"))))
        values = {
            field: vals.pop(field)
            for field in ("street", "zip", "city", "country_id", "phone", "email")
            if field in vals
        }
        # Superuser: who may enter consignors may enter the contacts they are.
        return (
            self.env["res.partner"]
            .sudo()
            .create({"name": name, "company_id": shop.company_id.id, **values})
        )

    def _get_full_name(self):
        self.ensure_one()
        return " ".join(filter(None, (self.first_name, self.last_name)))

    def _may_enter(self):
        """Tell whether the consignor may enter articles through the portal at all."""
        self.ensure_one()
        return self.shop_id.is_shop_in_shop and self.entry_allowed and self.active

    def _use_quota(self, count):
        """Take articles off the number that the consignor may enter, exactly, whoever else does.

        :param count: how many more; negative gives back what was not submitted
        :raise QuotaExceeded: says how many are left; nothing is taken then
        """
        self.ensure_one()
        if count > 0 and not self._may_enter():
            raise QuotaExceeded(
                self.env._("Articles cannot be entered here. Please bring them to the shop.")
            )
        self.flush_recordset(["entry_quota", "entry_granted"])
        # SQL: one statement checks and takes; of two at once the second waits, and fails to serialize
        # and runs again, or finds what the first one left. What is given back beyond the most that may
        # be permitted is lost, so it is not permitted any more either.
        self.env.cr.execute(
            "UPDATE consignment_consignor SET entry_quota = least(entry_quota - %(count)s, %(most)s),"
            " entry_granted = entry_granted - greatest(entry_quota - %(count)s - %(most)s, 0)"
            " WHERE id = %(id)s AND entry_quota >= %(count)s",
            {"count": count, "id": self.id, "most": MAX_QUOTA},
        )
        taken = self.env.cr.rowcount
        self.invalidate_recordset(["entry_quota", "entry_granted"])
        if not taken:
            raise QuotaExceeded(
                self.env._(
                    "You may enter %s more articles for this intake. Ask the shop for more.",
                    self.entry_quota,
                )
            )

    def action_open_articles(self):
        """Show the articles of the consignor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_article_action"
        )
        return {
            **action,
            "domain": [("consignor_id", "=", self.id)],
            "context": {"default_consignor_id": self.id},
        }
