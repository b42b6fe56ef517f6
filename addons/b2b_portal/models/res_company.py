from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.office_kit.columns import set_defaults

from ..const import INVITATION_DAYS, MAX_INVITATION_DAYS


class ResCompany(models.Model):
    _inherit = "res.company"

    b2b_enabled = fields.Boolean(
        string="B2B portal",
        help="Invited business customers order in the portal. Off: their pages are closed, "
        "their accounts and orders stay.",
    )
    b2b_availability = fields.Selection(
        selection=[
            ("none", "Not shown"),
            ("state", "In stock or not"),
            ("quantity", "Quantity in stock"),
        ],
        default="state",
        required=True,
        help="What business customers read about the stock of an article.",
    )
    b2b_minimum_order = fields.Monetary(
        string="Minimum order",
        currency_field="currency_id",
        help="Orders below this amount without tax are not accepted, in the company's currency; "
        "0 accepts every order. Delivery costs do not count.",
    )
    b2b_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Account manager",
        domain=[("share", "=", False)],
        help="Is told of new orders of customers that have no salesperson of their own.",
    )

    b2b_invoice_offered = fields.Boolean(
        string="Payment by invoice",
        default=True,
        help="Business customers may order without paying first, unless it is switched off on the "
        "customer. Off: everybody pays online before an order is confirmed.",
    )
    b2b_carrier_ids = fields.Many2many(
        comodel_name="delivery.carrier",
        relation="b2b_company_carrier_rel",
        string="Delivery methods",
        help="Delivery methods that business customers choose from. None: deliveries cost nothing.",
    )

    b2b_invitation_days = fields.Integer(
        string="Invitations hold",
        default=INVITATION_DAYS,
        required=True,
        help="Days after which the link of an invitation opens nothing any more.",
    )

    _b2b_invitation_days_range = models.Constraint(
        f"CHECK (b2b_invitation_days BETWEEN 1 AND {MAX_INVITATION_DAYS})",
        f"An invitation holds from 1 to {MAX_INVITATION_DAYS} days.",
    )
    _b2b_minimum_order_not_negative = models.Constraint(
        "CHECK (b2b_minimum_order >= 0)", "A minimum order cannot be negative; 0 means none."
    )

    def _auto_init(self):
        """Override: see ``set_defaults``."""
        result = super()._auto_init()
        set_defaults(self, "b2b_availability", "b2b_invitation_days")
        return result

    @api.model
    def _has_b2b_portal(self):
        """Tell whether some company's portal is open; asked by the page to log in."""
        # Superuser: visitors ask, and learn only what the page shows.
        return bool(self.sudo().search_count([("b2b_enabled", "=", True)], limit=1))

    @api.constrains("b2b_enabled")
    def _check_b2b_products(self):
        """Refuse to open the portal over products it could not show.

        :raise ValidationError: names the products and what to change
        """
        for company in self.filtered("b2b_enabled"):
            # Superuser: names are told to those who may change the setting, whatever they sell.
            products = company.env["product.template"].sudo()
            unfit = products.search(products._get_b2b_unfit_domain(company), limit=6)
            if unfit:
                raise ValidationError(
                    self.env._(
                        "The portal shows finished variants, and cannot show products whose "
                        "variants are created while ordering: %(names)s. Change the variant "
                        "creation of their attributes to “Instantly”, or take them out of sale.",
                        names=", ".join(unfit[:5].mapped("name")) + (" …" if unfit[5:] else ""),
                    )
                )

    def _is_b2b_invoice_offered(self):
        """Tell whether business customers of the company can pay by invoice now.

        Extension point: a module that needs a connected accounting system says so here.
        """
        self.ensure_one()
        return self.b2b_enabled and self.b2b_invoice_offered
